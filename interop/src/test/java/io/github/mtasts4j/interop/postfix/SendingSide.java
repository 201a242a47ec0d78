// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.tls.MxTls;
import java.net.InetSocketAddress;
import java.util.function.Function;

/** What a sender in a {@link StsWorld} is made of: the library with its real adapters. */
final class SendingSide implements AutoCloseable {

    private final ApachePolicyFetcher fetcher;
    private final MtaSts sts;
    private final MxTls tls;
    private final MxLookup mxs;
    private final Function<DomainName, InetSocketAddress> dial;

    SendingSide(StsWorld world, Function<DomainName, InetSocketAddress> dial) {
        DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address()).build();
        this.fetcher = ApachePolicyFetcher.builder()
                .addresses(dns.addressLookup())
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(world.verifier())
                .port(world.policyHost().port())
                .build();
        this.sts = MtaSts.builder(dns.txtLookup(), fetcher)
                .withoutRefresh()
                .time(world.clock().time())
                .build();
        this.tls = new MxTls(world.verifier(), world.clock());
        this.mxs = dns.mxLookup();
        this.dial = dial;
    }

    MtaSts sts() {
        return sts;
    }

    MxTls tls() {
        return tls;
    }

    MxLookup mxs() {
        return mxs;
    }

    /** Where hosts listen, since they do not on port 25. */
    Function<DomainName, InetSocketAddress> dial() {
        return dial;
    }

    @Override
    public void close() {
        sts.close();
        fetcher.close();
    }
}
