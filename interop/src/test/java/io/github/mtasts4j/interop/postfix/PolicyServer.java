// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.postfix;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.dns.DaneLookup;
import io.github.mtasts4j.dns.DnsJavaResolver;
import io.github.mtasts4j.dns.MxLookup;
import io.github.mtasts4j.http.AddressGuard;
import io.github.mtasts4j.http.ApachePolicyFetcher;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.postfix.DaneCheck;
import io.github.mtasts4j.postfix.NextHop;
import io.github.mtasts4j.postfix.PostfixServer;
import io.github.mtasts4j.testkit.StsWorld;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Our server as one would start it: with the real adapters, in a {@link LittleInternet}. */
final class PolicyServer implements AutoCloseable {

    private final ApachePolicyFetcher fetcher;
    private final MtaSts sts;
    private final PostfixServer server;

    private PolicyServer(ApachePolicyFetcher fetcher, MtaSts sts, PostfixServer server) {
        this.fetcher = fetcher;
        this.sts = sts;
        this.server = server;
    }

    /** One for a Postfix that does no DANE. */
    static PolicyServer start(LittleInternet internet) throws IOException {
        return start(internet.world(), false);
    }

    /** One for a Postfix that does. */
    static PolicyServer startWithDane(LittleInternet internet) throws IOException {
        return start(internet.world(), true);
    }

    private static PolicyServer start(StsWorld world, boolean withDane) throws IOException {
        DnsJavaResolver dns = DnsJavaResolver.servers(world.dns().address()).build();
        ApachePolicyFetcher fetcher = ApachePolicyFetcher.builder()
                .addresses(dns.addressLookup())
                .addressGuard(AddressGuard.publicOnly().allowing("127.0.0.0/8"))
                .trust(world.verifier())
                .build();
        MtaSts sts = MtaSts.builder(dns.txtLookup(), fetcher).withoutRefresh().build();
        PostfixServer.Builder builder = PostfixServer.builder(sts)
                .mxNames(domain -> dns.mxLookup().lookup(domain).candidates());
        if (withDane) {
            builder.dane(daneCheck(dns));
        }
        return new PolicyServer(
                fetcher, sts, builder.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    private static DaneCheck daneCheck(DnsJavaResolver dns) {
        MxLookup mx = dns.mxLookup();
        DaneLookup dane = dns.daneLookup();
        return hop -> hop.port().isPresent() ? planned(mx, dane, hop, hop.port().getAsInt()) : DaneOutcome.ERROR;
    }

    private static DaneOutcome planned(MxLookup mx, DaneLookup dane, NextHop hop, int port)
            throws InterruptedException {
        if (hop.smartHost()) {
            return dane.lookup(hop.name(), port).planned();
        }
        MxLookup.Answer answer = mx.lookup(hop.name());
        if (answer instanceof MxLookup.Unavailable) {
            return DaneOutcome.ERROR;
        }
        List<DaneOutcome> outcomes = new ArrayList<>();
        for (DomainName host : answer.candidates()) {
            outcomes.add(dane.lookup(answer, host, port).planned());
        }
        return DaneCheck.overall(outcomes);
    }

    MtaSts sts() {
        return sts;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.address();
    }

    /** What {@code smtp_tls_policy_maps} says to ask it. */
    String maps() {
        return "socketmap:inet:127.0.0.1:" + address().getPort() + ":postfix";
    }

    @Override
    public void close() {
        server.close();
        sts.close();
        fetcher.close();
    }
}
