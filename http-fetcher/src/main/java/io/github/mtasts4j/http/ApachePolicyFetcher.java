// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.tls.CertificateVerifier;
import java.lang.module.ModuleDescriptor;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PolicyFetcher} on Apache HttpClient 5: one HTTPS GET, HTTP/1.1, to an address that was looked up once and
 * vetted by an {@link AddressGuard}, over TLS 1.2 or newer with a certificate that was verified for the Policy Host
 * before the request was sent. Everything else HttpClient can do is off. Thread-safe; platform and virtual threads may
 * call it.
 *
 * <p>Each fetch runs on a daemon thread of the fetcher's own while the caller waits for it, so that deadline and
 * interruption hold at once whatever the fetch is waiting for: the look-up, the connection, the handshake, an octet. The
 * fetch is then cut off at its socket.
 *
 * <p>Two fetches are at one address at a time; more wait their turn within their deadline. One that stays for ten seconds
 * no longer counts. An address that cannot be connected to, five times in a row and for more than one Policy Host, is
 * skipped, but for a trial after one minute and up to ten; whoever has no other address is {@link Unreachable} at once,
 * for the reason {@code policy-host-down}. At an address where no fetch has ended for ten seconds no more than sixteen are
 * kept; the others are {@code policy-host-hung}. So a provider that has failed, with however many domains, does not take
 * up the fetches of everybody else.
 *
 * <p>Close it when it is no longer needed.
 */
public final class ApachePolicyFetcher implements PolicyFetcher, AutoCloseable {

    private final GuardedRequest.Terms terms;
    private final GuardedRequests requests;

    private ApachePolicyFetcher(GuardedRequest.Terms terms, AddressLines lines) {
        this.terms = terms;
        this.requests = new GuardedRequests(lines);
    }

    /**
     * Begins a fetcher with the defaults: the system's DNS and trust store, public addresses only.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes the GET. Waits for the network, at most {@link PolicyFetcher.Request#timeout()}.
     *
     * @param request what to fetch
     * @return what came of it; trouble is a result too
     * @throws InterruptedException if the thread was interrupted while it waited; the request has been given up
     * @throws IllegalArgumentException if the host's name cannot be sent as SNI
     * @throws IllegalStateException if the fetcher has been closed
     */
    @Override
    public Result fetch(Request request) throws InterruptedException {
        return requests.make(terms, new PolicyErrand(request), request.timeout());
    }

    /** Gives up every fetch that is going on and ends the threads. Waits for them, for two seconds at most. */
    @Override
    public void close() {
        requests.close();
    }

    GuardedRequest.Terms terms() {
        return terms;
    }

    GuardedRequests requests() {
        return requests;
    }

    /** How many addresses a fetch is at, or waits for. */
    int busyAddresses() {
        return requests.busyAddresses();
    }

    /** What a fetcher is made from. Mutable, for one thread; every value has a default. */
    public static final class Builder {

        private static final int MAX_USER_AGENT = 200;

        private AddressLookup addresses = new SystemAddressLookup();
        private AddressGuard guard = AddressGuard.publicOnly();
        private @Nullable CertificateVerifier trust;
        private int port = 443;
        private Duration connectTimeout = Duration.ofSeconds(5);
        private String userAgent = "mtasts4j" + version();
        private PolicyHostListener listener = PolicyHostListener.NONE;
        private LongSupplier nanoTime = System::nanoTime;
        private @Nullable KeyExchange offer;

        private Builder() {}

        /**
         * Where the addresses of Policy Hosts come from. By default from the operating system, which neither can be
         * interrupted nor tells "no address" from "no answer"; a look-up over DNS is better.
         *
         * @param lookup asked once for each fetch
         * @return this
         */
        public Builder addresses(AddressLookup lookup) {
            this.addresses = lookup;
            return this;
        }

        /**
         * Whom to trust. By default what the Java runtime trusts (§3.3).
         *
         * @param verifier judges the certificate of every Policy Host
         * @return this
         */
        public Builder trust(CertificateVerifier verifier) {
            this.trust = verifier;
            return this;
        }

        /**
         * Which addresses may be connected to. By default public ones only.
         *
         * @param addressGuard asked about every address
         * @return this
         */
        public Builder addressGuard(AddressGuard addressGuard) {
            this.guard = addressGuard;
            return this;
        }

        /**
         * Who is asking. Some hosts turn away what they do not know; the honest way out is a product name with a
         * contact URL in parentheses. By default {@code mtasts4j/} and its version.
         *
         * @param product the User-Agent field
         * @return this
         * @throws IllegalArgumentException if it is empty, longer than 200 characters or not printable ASCII
         */
        public Builder userAgent(String product) {
            boolean printable = product.chars().allMatch(c -> c >= 0x20 && c <= 0x7e);
            if (product.isBlank() || product.length() > MAX_USER_AGENT || !printable) {
                throw new IllegalArgumentException("a User-Agent is 1 to 200 characters of printable ASCII");
            }
            this.userAgent = product;
            return this;
        }

        /**
         * The port to connect to, for tests on loopback: with any but 443 every address that is not loopback is
         * refused, and the {@link AddressGuard} has to allow loopback as well.
         *
         * @param number 1 to 65535
         * @return this
         * @throws IllegalArgumentException if there is no such port
         */
        public Builder port(int number) {
            if (number < 1 || number > 65_535) {
                throw new IllegalArgumentException("no such port: " + number);
            }
            this.port = number;
            return this;
        }

        /**
         * How long to wait for a TCP connection to one address before the next is tried. By default 5 seconds.
         *
         * @param timeout more than zero
         * @return this
         * @throws IllegalArgumentException if it is not
         */
        public Builder connectTimeout(Duration timeout) {
            if (timeout.toMillis() < 1) {
                throw new IllegalArgumentException("a timeout has to be a millisecond at least");
            }
            this.connectTimeout = timeout;
            return this;
        }

        /**
         * Who is told when an address begins to be skipped because nobody can connect to it, and when it is back. By
         * default nobody; both are logged in any case.
         *
         * @param guest told on the threads of fetches
         * @return this
         */
        public Builder listener(PolicyHostListener guest) {
            this.listener = guest;
            return this;
        }

        /** Another beginning of a handshake than the runtime's providers suggest, for tests. */
        Builder offer(KeyExchange first) {
            this.offer = first;
            return this;
        }

        /** Another clock than {@link System#nanoTime()} for what is remembered of addresses, for tests. */
        Builder nanoTime(LongSupplier ticker) {
            this.nanoTime = ticker;
            return this;
        }

        /**
         * Makes the fetcher. It has no threads until it is used.
         *
         * @return a new fetcher, to be closed
         * @throws IllegalStateException if no trust was given and the runtime has no usable trust store
         */
        public ApachePolicyFetcher build() {
            CertificateVerifier verifier = trust == null ? CertificateVerifier.trustingSystem() : trust;
            return new ApachePolicyFetcher(
                    new GuardedRequest.Terms(
                            addresses,
                            guard,
                            verifier::verify,
                            port,
                            connectTimeout,
                            userAgent,
                            offer == null ? KeyExchange.first() : offer),
                    new AddressLines(nanoTime, new OutageNews(listener)));
        }

        private static String version() {
            ModuleDescriptor module = ApachePolicyFetcher.class.getModule().getDescriptor();
            if (module != null) {
                return module.rawVersion().map(version -> "/" + version).orElse("");
            }
            String version = ApachePolicyFetcher.class.getPackage().getImplementationVersion();
            return version == null ? "" : "/" + version;
        }
    }
}
