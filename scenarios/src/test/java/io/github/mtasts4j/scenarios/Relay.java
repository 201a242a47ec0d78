// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.testkit.MemoryPolicyStore;
import io.github.mtasts4j.testkit.SimulatedSender;
import io.github.mtasts4j.testkit.SimulatedSender.Delivery;
import io.github.mtasts4j.testkit.StsWorld;
import io.github.mtasts4j.tls.MxTls;
import java.time.Duration;

/**
 * A mail relay put together from the real parts, in a {@link StsWorld}. Background work is done at once, on the thread
 * that asks for it, so that a scenario is one line of events.
 */
final class Relay implements AutoCloseable {

    static final String SENDER = "bob@sender.example";

    private final ApachePolicyFetcher fetcher;
    private final MtaSts sts;
    private final SimulatedSender sender;

    private Relay(StsWorld world, PolicyStore store, TlsReportRecorder recorder) {
        DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address())
                .tryTimeout(Duration.ofMillis(200))
                .build();
        this.fetcher = ApachePolicyFetcher.builder()
                .addresses(dns.addressLookup())
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(world.verifier())
                .port(world.policyHost().port())
                .build();
        this.sts = MtaSts.builder(dns.txtLookup(), fetcher)
                .withoutRefresh()
                .time(world.clock().time())
                .store(store)
                .recorder(recorder)
                .executor(Runnable::run)
                .settings(ResolverSettings.defaults()
                        .withFetchTimeout(Duration.ofSeconds(2))
                        .withRecheckInterval(Duration.ZERO))
                .build();
        this.sender = new SimulatedSender(
                sts,
                new MxTls(world.verifier(), world.clock()),
                domain -> dns.mxLookup().lookup(domain).candidates(),
                world::addressOf,
                Duration.ofSeconds(2));
    }

    static Relay in(StsWorld world) {
        return new Relay(world, new MemoryPolicyStore(), TlsReportRecorder.NONE);
    }

    static Relay in(StsWorld world, PolicyStore store) {
        return new Relay(world, store, TlsReportRecorder.NONE);
    }

    static Relay in(StsWorld world, TlsReportRecorder recorder) {
        return new Relay(world, new MemoryPolicyStore(), recorder);
    }

    MtaSts sts() {
        return sts;
    }

    Delivery sendTo(String recipient) throws InterruptedException {
        return sender.send(SENDER, recipient, "Subject: Hello\r\n\r\nHello.\r\n");
    }

    Delivery sendTo(String recipient, TlsRequirement requirement) throws InterruptedException {
        return sender.send(SENDER, recipient, "Subject: Hello\r\n\r\nHello.\r\n", requirement);
    }

    @Override
    public void close() {
        sts.close();
        fetcher.close();
    }
}
