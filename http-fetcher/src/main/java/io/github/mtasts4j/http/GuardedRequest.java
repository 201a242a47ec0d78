// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyFetcher.AddressForbidden;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request from the look-up of the address to the last octet of the answer, on a thread that nobody else waits in. */
final class GuardedRequest implements Callable<Result> {

    private static final Logger LOG = LoggerFactory.getLogger(ApachePolicyFetcher.class);
    private static final int MAX_ADDRESSES = 4;

    private final Terms terms;
    private final AddressLines lines;
    private final Errand errand;
    private volatile @Nullable Wire wire;
    private volatile boolean givenUp;

    GuardedRequest(Terms terms, AddressLines lines, Errand errand) {
        this.terms = terms;
        this.lines = lines;
        this.errand = errand;
    }

    /** Ends it from another thread; its result no longer matters. */
    void giveUp() {
        givenUp = true; // First: a wire that is made after it is cut by whoever makes it.
        Wire current = wire;
        if (current != null) {
            current.cut();
        }
    }

    @Override
    public Result call() throws InterruptedException {
        AddressLookup.Answer answer = terms.lookup().lookup(errand.host());
        if (answer instanceof AddressLookup.Unavailable unavailable) {
            return new Unreachable(unavailable.reason(), unavailable.detail());
        } else if (answer instanceof AddressLookup.None none) {
            return new Unreachable("dns-no-address", none.detail());
        }
        return askAny(((AddressLookup.Addresses) answer).values());
    }

    private Result askAny(List<InetAddress> addresses) throws InterruptedException {
        List<InetAddress> permitted = addresses.stream().filter(terms::permit).toList();
        if (permitted.isEmpty()) {
            return new AddressForbidden(errand.host() + " has no permitted address: " + list(addresses.stream()));
        }
        if (permitted.size() < addresses.size()) {
            LOG.debug(
                    "{} has addresses that may not be connected to, left out: {}",
                    errand.host(),
                    list(addresses.stream().filter(address -> !permitted.contains(address))));
        }
        return askFirstThatTalks(permitted);
    }

    private Result askFirstThatTalks(List<InetAddress> permitted) throws InterruptedException {
        Result result = new Unreachable("dns-no-address", "no address");
        int tried = 0;
        for (InetAddress address : permitted) {
            AddressLines.Visit visit = lines.visit(address, errand);
            if (visit.refusal().isPresent()) {
                // Nothing was tried there, so that what was tried elsewhere says more.
                result = tried > 0 ? result : visit.refusal().get();
                continue;
            }
            HostTls tls = new HostTls(terms.check(), errand.host(), errand.at(), terms.offer());
            result = ask(visit, address, tls);
            Optional<HostTls> broader = tls.withMoreToOffer();
            if (broader.isPresent()) {
                tls = broader.get();
                result = askAgain(address, tls, result);
            }
            tried++;
            // A request that may have been sent is not repeated, and a certificate is not tried again elsewhere.
            if (!(result instanceof Unreachable) || tls.established() || tried == MAX_ADDRESSES) {
                return result;
            }
            LOG.debug("{} at {}: {}", errand.host(), address.getHostAddress(), result);
        }
        return result;
    }

    private Result askAgain(InetAddress address, HostTls tls, Result before) throws InterruptedException {
        AddressLines.Visit visit = lines.visit(address, errand);
        return visit.refusal().isPresent() ? before : ask(visit, address, tls);
    }

    private Result ask(AddressLines.Visit visit, InetAddress address, HostTls tls) {
        Wire mine = new Wire(visit);
        wire = mine;
        if (givenUp) {
            mine.cut();
        }
        try {
            Result result = new Exchange(errand, client(mine, tls), mine, tls).with(address);
            return result instanceof Response
                    ? result
                    : visit.refusal().<Result>map(refusal -> refusal).orElse(result);
        } finally {
            visit.leave(!givenUp && !tls.timedOut());
        }
    }

    private ClosedDownClient client(Wire mine, HostTls tls) {
        return new ClosedDownClient(
                mine, tls, errand.bodyLength(), terms.port(), terms.connectTimeout(), terms.userAgent());
    }

    private static String list(Stream<InetAddress> addresses) {
        return addresses.limit(MAX_ADDRESSES).map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
    }

    /**
     * Under which every request of one fetcher is made.
     *
     * @param lookup where addresses come from
     * @param guard which of them are permitted
     * @param check judges certificates
     * @param port 443, but for tests
     * @param connectTimeout for TCP, for each address
     * @param userAgent who is asking
     * @param offer what a handshake begins with
     */
    record Terms(
            AddressLookup lookup,
            AddressGuard guard,
            HostTls.Check check,
            int port,
            Duration connectTimeout,
            String userAgent,
            KeyExchange offer) {

        private static final int HTTPS = 443;

        Terms with(AddressGuard other) {
            return new Terms(lookup, other, check, port, connectTimeout, userAgent, offer);
        }

        Terms with(HostTls.Check other) {
            return new Terms(lookup, guard, other, port, connectTimeout, userAgent, offer);
        }

        /** Another port than 443 is for tests, so it is good for nothing but loopback. */
        boolean permit(InetAddress address) {
            return guard.permits(address) && (port == HTTPS || address.isLoopbackAddress());
        }
    }
}
