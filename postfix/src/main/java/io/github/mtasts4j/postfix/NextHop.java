// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Parsed;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where Postfix wants to send to, as it says so in a look-up: {@code example.com}, {@code example.com:587},
 * {@code [relay.example.net]} or {@code [relay.example.net]:submission}.
 *
 * @param name the domain of the recipients, or the host in brackets
 * @param smartHost whether it stood in brackets: it is the one host to connect to, and nobody asks for MX records
 * @param port the port; empty for the name of a service that is not known here
 */
public record NextHop(DomainName name, boolean smartHost, OptionalInt port) {

    private static final int SMTP = 25;
    private static final int LAST_PORT = 65_535;
    private static final Map<String, Integer> SERVICES =
            Map.of("smtp", SMTP, "submission", 587, "submissions", 465, "smtps", 465);

    /** Reads what Postfix asks for; empty for anything that has no name: addresses, paths, parents of domains. */
    static Optional<NextHop> parse(String key) {
        return key.startsWith("[") ? bracketed(key) : domain(key);
    }

    private static Optional<NextHop> bracketed(String key) {
        int close = key.indexOf(']');
        if (close < 0) {
            return Optional.empty();
        }
        String rest = key.substring(close + 1);
        return rest.isEmpty() || rest.startsWith(":")
                ? of(key.substring(1, close), true, rest.isEmpty() ? "smtp" : rest.substring(1))
                : Optional.empty();
    }

    private static Optional<NextHop> domain(String key) {
        int colon = key.lastIndexOf(':');
        return colon < 0 ? of(key, false, "smtp") : of(key.substring(0, colon), false, key.substring(colon + 1));
    }

    private static Optional<NextHop> of(String name, boolean smartHost, String service) {
        Parsed<DomainName> parsed = DomainName.parse(name);
        return parsed instanceof Parsed.Ok<DomainName> ok
                ? Optional.of(new NextHop(ok.value(), smartHost, portOf(service)))
                : Optional.empty();
    }

    private static OptionalInt portOf(String service) {
        Integer known = SERVICES.get(service);
        if (known != null) {
            return OptionalInt.of(known);
        }
        int port = 0;
        for (int i = 0; i < service.length() && port <= LAST_PORT; i++) {
            char digit = service.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalInt.empty();
            }
            port = 10 * port + digit - '0';
        }
        return port > 0 && port <= LAST_PORT ? OptionalInt.of(port) : OptionalInt.empty();
    }
}
