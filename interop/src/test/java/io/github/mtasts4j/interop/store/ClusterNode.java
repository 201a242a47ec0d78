// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyRefresher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyResolver;
import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.SharedPolicyStore;
import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.store.jdbc.JdbcPolicyRows;
import io.github.mtasts4j.store.redis.RedisPolicyRows;
import io.github.mtasts4j.testkit.ForwardingPolicyRows;
import io.github.mtasts4j.testkit.MovableClock;
import io.github.mtasts4j.tls.TlsOutcome;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * A sender of a cluster, in a process of its own. Does what it is told on the standard input, and answers each line with one that begins
 * with {@code =}. What it does besides stands in lines that begin with {@code +}. An answer comes when all work that the command has
 * led to is done.
 *
 * <ul>
 *   <li>{@code clock millis}: so much later than the system's clock it is.
 *   <li>{@code network up|silent|forged|blocked}
 *   <li>{@code publish number:version:mode ...}: what there is to be found in the network.
 *   <li>{@code tick}: a minute of the refresher.
 *   <li>{@code ask number ...}: resolves these domains, and answers {@code number=state} for each.
 * </ul>
 */
final class ClusterNode {

    private static final DomainName ATTACKER = DomainName.of("mx.evil.example");

    private final NodeNetwork network;
    private final NodeWork work = new NodeWork();
    private final MtaSts sts;
    private final PolicyRefresher refresher;
    private final Method tick;
    private final long begun;
    private volatile long later;

    private ClusterNode(NodePlace place) throws ReflectiveOperationException {
        this.begun = place.begun();
        TimeSource time = TimeSource.of(this::now);
        this.network = NodeNetwork.of(place);
        PolicyStore store = SharedPolicyStore.builder(rows(place)).time(time).build();
        this.sts = MtaSts.builder(network, counted(network))
                .store(new Told(store))
                .listener(new ResolverListener() {
                    @Override
                    public void healthEvent(HealthEvent event) {
                        say("+ health " + event.kind());
                    }
                })
                .time(time)
                .executor(work)
                .settings(ResolverSettings.defaults().withFlights(16, 20_000))
                .withoutRefresh() // A minute passes when we are told so.
                .build();
        Field resolver = MtaSts.class.getDeclaredField("resolver");
        resolver.setAccessible(true);
        this.refresher = ((PolicyResolver) resolver.get(sts)).newRefresher();
        this.tick = PolicyRefresher.class.getDeclaredMethod("tick");
        tick.setAccessible(true);
    }

    private Instant now() {
        return MovableClock.START.plusMillis(System.currentTimeMillis() - begun + later);
    }

    private static PolicyRows rows(NodePlace place) {
        PolicyRows rows = place.engine().equals("postgres")
                ? JdbcPolicyRows.of(new KeptConnections(PostgresServer.source(place.storePort())).asDataSource())
                : RedisPolicyRows.of(RedisServer.client(place.storePort()));
        return new FastLeases(rows);
    }

    private PolicyFetcher counted(PolicyFetcher fetcher) {
        return request -> {
            say("+ fetch " + ClusterDomain.of(request.domain()).number());
            return fetcher.fetch(request);
        };
    }

    /** Arguments: {@link NodePlace}. */
    public static void main(String[] args) throws Exception {
        ClusterNode node = new ClusterNode(NodePlace.parse(args));
        try (BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                String[] words = line.split(" ", -1);
                String answer = node.obey(words);
                node.work.awaitRest();
                say("=" + answer);
            }
        } finally {
            Runtime.getRuntime().halt(0); // Whoever commands us is gone.
        }
    }

    private String obey(String[] words) throws Exception {
        switch (words[0]) {
            case "clock" -> later = Long.parseLong(words[1]);
            case "network" -> network.is(NodeNetwork.State.valueOf(words[1]));
            case "publish" -> each(words, network::publish);
            case "tick" -> tick.invoke(refresher);
            case "ask" -> {
                StringJoiner states = new StringJoiner(" ");
                for (int i = 1; i < words.length; i++) {
                    states.add(words[i] + "=" + state(new ClusterDomain(Integer.parseInt(words[i]))));
                }
                return states.toString();
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
        return "";
    }

    private static void each(String[] words, Consumer<String> what) {
        for (int i = 1; i < words.length; i++) {
            what.accept(words[i]);
        }
    }

    /** What the answer is, and whether mail may go to anybody in the clear. */
    private String state(ClusterDomain domain) throws InterruptedException {
        PolicyResolution policy = sts.resolve(PolicyDomain.of(domain.name()));
        DeliveryDecision decision = sts.decide(policy, ATTACKER, new TlsOutcome.NotOffered());
        return NodeState.of(policy, decision.mayDeliver()).toString();
    }

    /** One write a line: what stands there has happened. */
    private static synchronized void say(String line) {
        try {
            new FileOutputStream(FileDescriptor.out).write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String inWords(CachedPolicy policy) {
        return ClusterDomain.of(policy.domain()).number() + " " + ClusterDomain.Version.of(policy.policy()) + " "
                + policy.fetchedAt().toEpochMilli();
    }

    /** The store, and what is done with it. */
    private record Told(PolicyStore store) implements PolicyStore {

        @Override
        public Optional<CachedPolicy> find(DomainName domain) {
            return store.find(domain);
        }

        @Override
        public boolean save(CachedPolicy policy) {
            try {
                boolean kept = store.save(policy);
                say((kept ? "+ kept " : "+ outdone ") + inWords(policy));
                return kept;
            } catch (RuntimeException e) {
                say("+ unsaved " + inWords(policy) + " "
                        + String.valueOf(e.getMessage()).replace('\n', ' '));
                throw e;
            }
        }

        @Override
        public void remove(DomainName domain) {
            store.remove(domain);
        }

        @Override
        public void scan(Consumer<? super CachedPolicy> each) {
            store.scan(each);
        }

        @Override
        public boolean mayRefresh(DomainName domain, Duration term) {
            return store.mayRefresh(domain, term);
        }

        @Override
        public Watch watch(Observer observer) {
            return store.watch(new Observer() {
                @Override
                public void saved(CachedPolicy policy) {
                    observer.saved(policy);
                    say("+ seen " + inWords(policy));
                }

                @Override
                public void removed(DomainName domain) {
                    observer.removed(domain);
                }

                @Override
                public void refused(DomainName domain, String detail) {
                    observer.refused(domain, detail);
                }

                @Override
                public void lost() {
                    observer.lost();
                    say("+ lost");
                }

                @Override
                public void late() {
                    observer.late();
                    say("+ late");
                }

                @Override
                public void works(Optional<RuntimeException> trouble) {
                    observer.works(trouble);
                    say(trouble.isEmpty() ? "+ watches" : "+ blind");
                }
            });
        }
    }

    /** Leases by the engine's clock, where days pass in seconds: a minute of theirs is a second. */
    private static final class FastLeases extends ForwardingPolicyRows {

        private static final int TIMES = 60;

        private final PolicyRows rows;

        FastLeases(PolicyRows rows) {
            super(() -> rows);
            this.rows = rows;
        }

        @Override
        public boolean lease(String key, String owner, Duration term) {
            return super.lease(key, owner, term.dividedBy(TIMES));
        }

        @Override
        public Bell bell() {
            return rows.bell();
        }
    }
}
