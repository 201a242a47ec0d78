// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.dns;

import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.testkit.contract.TxtLookupContract;
import io.github.mtasts4j.testkit.dns.DnsServer;
import java.time.Duration;

class DnsJavaTxtLookupTest extends TxtLookupContract {

    @Override
    protected TxtLookup lookup(DnsServer server, Duration deadline) {
        return DnsJavaResolver.servers(server.address())
                .tryTimeout(deadline.dividedBy(3))
                .deadline(deadline)
                .build()
                .txtLookup();
    }
}
