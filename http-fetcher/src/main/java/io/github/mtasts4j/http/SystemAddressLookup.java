// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.RemoteText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks the operating system, by the absolute name so that no search path is tried. It cannot be interrupted. */
final class SystemAddressLookup implements AddressLookup {

    @Override
    public Answer lookup(DomainName host) {
        try {
            return new Addresses(List.of(InetAddress.getAllByName(host + ".")));
        } catch (UnknownHostException e) {
            // The JDK does not say whether there is no address or no answer; then it is no answer.
            return new Unavailable("dns-failure", RemoteText.safe(e.getMessage(), 120));
        }
    }
}
