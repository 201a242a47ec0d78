// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyFetcher.Request;
import io.github.mtasts4j.discovery.PolicyFetcher.Response;
import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.testkit.https.PolicyHost;
import io.github.mtasts4j.testkit.https.Reply;
import io.github.mtasts4j.testkit.tls.TestCa;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An address where connections are taken and nothing is said does not keep a fetch for itself for ever, nor many. */
final class HungPolicyHostTest {

    private static final String HUNG = "hung.example";
    private static final String HONEST = "honest.example";
    private static final Duration HOUR = Duration.ofHours(1);

    private final TestCa ca = TestCa.root("Tarpit CA");
    private final PolicyHost server = PolicyHost.start()
            .serve(HUNG, ca.issue("mta-sts." + HUNG), Reply.silence())
            .serve(HONEST, ca.issue("mta-sts." + HONEST), "version: STSv1\n");
    private final AtomicLong nanos = new AtomicLong();
    private final LinkedBlockingQueue<FutureTask<Result>> ended = new LinkedBlockingQueue<>();
    private final ApachePolicyFetcher fetcher = Fetching.builder(server.port(), ca)
            .connectTimeout(Duration.ofSeconds(2))
            .nanoTime(nanos::get)
            .build();

    @AfterEach
    void end() {
        fetcher.close();
        server.close();
    }

    private void advance(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private FutureTask<Result> begin(String domain) {
        Request request = Fetching.request(domain, HOUR);
        FutureTask<Result> task = new FutureTask<>(() -> fetcher.fetch(request)) {
            @Override
            protected void done() {
                ended.add(this);
            }
        };
        Thread thread = new Thread(task, "background");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private List<FutureTask<Result>> beginTarpits(int count) {
        return Stream.generate(() -> begin(HUNG)).limit(count).toList();
    }

    private List<FutureTask<Result>> beginTwoTarpits() throws InterruptedException {
        List<FutureTask<Result>> two = beginTarpits(2);
        assertThat(server.awaitRequests(HUNG, 2, Fetching.AMPLE)).isTrue();
        return two;
    }

    private FutureTask<Result> nextEnd() throws InterruptedException {
        return Objects.requireNonNull(ended.poll(30, TimeUnit.SECONDS), "nobody has to go");
    }

    private static String reason(FutureTask<Result> task) throws InterruptedException {
        try {
            return task.get() instanceof Unreachable unreachable ? unreachable.reason() : "another result";
        } catch (ExecutionException e) {
            return "closed";
        }
    }

    @Test
    void whoStaysForTenSecondsMakesRoomForTheNextAndMayStay() throws Exception {
        beginTwoTarpits();
        FutureTask<Result> honest = begin(HONEST);
        assertThat(server.visits()).hasSize(2);
        advance(10);
        assertThat(nextEnd()).isSameAs(honest);
        assertThat(honest.get()).isInstanceOf(Response.class);
        assertThat(ended).isEmpty();
    }

    @Test
    void ofThoseAtAStalledAddressSixteenAreKeptAndTheOthersFailAtOnce() throws Exception {
        beginTwoTarpits();
        beginTarpits(18);
        advance(10);
        for (int i = 0; i < 4; i++) {
            assertThat(reason(nextEnd())).isEqualTo("policy-host-hung");
        }
        fetcher.close();
        for (int i = 0; i < 16; i++) {
            assertThat(reason(nextEnd())).isNotEqualTo("policy-host-hung");
        }
    }

    @Test
    void whoHasBeenConnectedForLongIsCutOffBeforeANewcomer() throws Exception {
        List<FutureTask<Result>> first = beginTwoTarpits();
        advance(10);
        beginTarpits(15);
        FutureTask<Result> gone = nextEnd();
        assertThat(first).contains(gone);
        assertThat(reason(gone)).isEqualTo("policy-host-hung");
    }

    @Test
    void aHandshakeThatWeGiveUpIsNoSignOfLife() throws Exception {
        server.serve("mute.example", ca.issue("mta-sts.mute.example"), Reply.withoutTls(Reply.Sabotage.STALL));
        FutureTask<Result> tarpit = begin(HUNG);
        assertThat(server.awaitRequests(HUNG, 1, Fetching.AMPLE)).isTrue();
        advance(5);
        FutureTask<Result> mute = begin("mute.example");
        assertThat(nextEnd()).isSameAs(mute);
        assertThat(reason(mute)).isEqualTo("tls-timeout");
        advance(5);
        beginTarpits(16);
        assertThat(nextEnd()).isSameAs(tarpit);
        assertThat(reason(tarpit)).isEqualTo("policy-host-hung");
    }
}
