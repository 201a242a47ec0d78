// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.PolicyFetcher.Unreachable;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.testkit.MovableClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in to an address, who waits, and who has to go. */
final class AddressLineTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<Visitor> sentAway = new ArrayList<>();
    private final AddressLine line = new AddressLine(Fetching.address("192.0.2.1"), sentAway::add);
    private int visitors;
    private long now = Long.MAX_VALUE - 5 * SECOND;

    private Visitor join() {
        Visitor visitor = new Visitor(DomainName.of("mta-sts.d" + visitors++ + ".example"), MovableClock.START);
        line.join(visitor, now);
        return visitor;
    }

    private List<Visitor> join(int count) {
        List<Visitor> joined = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            joined.add(join());
        }
        return joined;
    }

    private void connect(Visitor visitor) {
        line.connected(visitor, () -> {}, now);
    }

    private void advance(double seconds) {
        now += (long) (seconds * SECOND);
        line.update(now);
    }

    private static boolean isIn(Visitor visitor) {
        return visitor.isSettled() && visitor.refusal().isEmpty();
    }

    private static long in(List<Visitor> visitors) {
        return visitors.stream().filter(AddressLineTest::isIn).count();
    }

    private static String reason(Visitor visitor) {
        return visitor.refusal().map(Unreachable::reason).orElse("none");
    }

    @Test
    void twoAreInAtATimeFirstComeFirstServed() {
        List<Visitor> four = join(4);
        assertThat(four).extracting(AddressLineTest::isIn).containsExactly(true, true, false, false);
        line.leave(four.get(1), true, now);
        assertThat(four).extracting(AddressLineTest::isIn).containsExactly(true, true, true, false);
    }

    @Test
    void whoStaysForTenSecondsMakesRoomAndStays() {
        List<Visitor> four = join(4);
        four.subList(0, 2).forEach(this::connect);
        advance(9.9);
        assertThat(in(four)).isEqualTo(2);
        advance(0.1);
        assertThat(in(four)).isEqualTo(4);
        assertThat(sentAway).isEmpty();
    }

    @Test
    void whileSomebodyStaysForLongTheOthersHaveASecondEach() {
        List<Visitor> eight = join(8);
        advance(10);
        assertThat(in(eight)).isEqualTo(4);
        advance(0.9);
        assertThat(in(eight)).isEqualTo(4);
        advance(0.1);
        assertThat(in(eight)).isEqualTo(6);
        advance(1);
        assertThat(in(eight)).isEqualTo(8);
    }

    @Test
    void aStampedeLosesNobodyAsLongAsFetchesEndThere() {
        List<Visitor> all = join(1000);
        Deque<Visitor> waiting = new ArrayDeque<>(all);
        while (!waiting.isEmpty()) {
            Visitor next = waiting.removeFirst();
            assertThat(isIn(next)).isTrue();
            connect(next);
            advance(9.9);
            line.leave(next, true, now);
        }
        assertThat(in(all)).isEqualTo(1000);
        assertThat(line.isForgettable()).isTrue();
    }

    @Test
    void atAnAddressFromWhichNothingComesSixteenAreKept() {
        List<Visitor> twenty = join(20);
        advance(9.9);
        assertThat(twenty).extracting(AddressLineTest::reason).containsOnly("none");
        advance(0.1);
        assertThat(twenty.subList(0, 16)).extracting(AddressLineTest::reason).containsOnly("none");
        assertThat(twenty.subList(16, 20)).extracting(AddressLineTest::reason).containsOnly("policy-host-hung");
        assertThat(twenty.get(19).refusal().map(Unreachable::detail))
                .contains("192.0.2.1: no answer from it for 10 s, and 16 others are there");
        assertThat(reason(join())).isEqualTo("policy-host-hung");
    }

    @Test
    void anAnswerLetsTheLineGrowAgainForTenSeconds() {
        List<Visitor> sixteen = join(16);
        advance(10);
        line.leave(sixteen.get(0), true, now);
        List<Visitor> more = join(100);
        advance(9.9);
        assertThat(more).extracting(AddressLineTest::reason).containsOnly("none");
        advance(0.1);
        assertThat(more).extracting(AddressLineTest::reason).contains("policy-host-hung");
    }

    @Test
    void aFetchThatEndsByOurOwnDeadlineIsNoAnswer() {
        List<Visitor> some = join(17);
        advance(9);
        line.leave(some.get(0), false, now);
        join();
        advance(1);
        assertThat(reason(join())).isEqualTo("policy-host-hung");
    }

    @Test
    void aNewLineIsNotStalledBecauseTheLastOneWas() {
        line.leave(join(), false, now);
        advance(3600);
        join(20);
        advance(9.9);
        assertThat(reason(join())).isEqualTo("none");
    }

    @Test
    void whoHasBeenConnectedForLongGoesBeforeOneWhoWaits() {
        List<Visitor> sixteen = join(16);
        connect(sixteen.get(0));
        connect(sixteen.get(1));
        advance(10);
        assertThat(sentAway).isEmpty();
        List<Visitor> three = join(3);
        assertThat(sentAway).isEqualTo(sixteen.subList(0, 2));
        assertThat(sentAway).extracting(AddressLineTest::reason).containsOnly("policy-host-hung");
        assertThat(three).extracting(AddressLineTest::reason).containsExactly("none", "none", "policy-host-hung");
    }

    @Test
    void noMoreThanSixteenAreEverConnected() {
        Visitor quick = join();
        List<Visitor> slow = join(100);
        for (int i = 0; i < 60; i++) {
            line.leave(quick, true, now); // As often as it takes for the address not to be stalled.
            advance(1);
        }
        assertThat(in(slow)).isEqualTo(16);
        line.leave(slow.get(0), true, now);
        assertThat(in(slow)).isEqualTo(17);
    }

    @Test
    void ofSixteenWhoHasBeenConnectedForTenSecondsMakesRoomEvenIfOthersAreAnswered() {
        Visitor quick = join();
        List<Visitor> slow = join(100);
        for (int i = 0; i < 60; i++) {
            line.leave(quick, true, now);
            slow.stream().filter(one -> isIn(one) && !one.isConnected()).forEach(this::connect);
            advance(1);
        }
        assertThat(slow).extracting(AddressLineTest::isIn).endsWith(false);
        assertThat(sentAway).hasSizeGreaterThan(10).isEqualTo(slow.subList(0, sentAway.size()));
        assertThat(sentAway.get(0).refusal().map(Unreachable::detail))
                .contains("192.0.2.1: no answer from it within 10 s, and others wait");
    }

    @Test
    void whenTheCircuitOpensThoseInLineAreLetGo() {
        List<Visitor> ten = join(10);
        for (int i = 0; i < 4; i++) {
            assertThat(line.notConnected(ten.get(i), now)).isEmpty();
            line.leave(ten.get(i), false, now);
        }
        assertThat(line.notConnected(ten.get(4), now)).isPresent();
        assertThat(isIn(ten.get(5))).isTrue(); // It is connecting already.
        assertThat(ten.subList(6, 10)).extracting(AddressLineTest::reason).containsOnly("policy-host-down");
        assertThat(reason(join())).isEqualTo("policy-host-down");
        line.leave(ten.get(4), false, now);
        line.leave(ten.get(5), false, now);
        assertThat(line.isEmpty()).isTrue();
        assertThat(line.isForgettable()).isFalse();
    }

    @Test
    void aTrialThatIsGivenUpInLineMakesWayForTheNext() {
        List<Visitor> five = join(5);
        five.forEach(visitor -> line.notConnected(visitor, now));
        advance(60);
        Visitor trial = join();
        assertThat(reason(trial)).isEqualTo("none");
        assertThat(reason(join())).isEqualTo("policy-host-down");
        line.leave(trial, false, now);
        assertThat(reason(join())).isEqualTo("none");
    }

    /** A stranger has a new domain every second whose host says nothing, where another host answers at once. */
    @ParameterizedTest
    @ValueSource(ints = {50, 170, 410})
    void amongTarpitsAnHonestFetchGetsItsTurnWithinTenSeconds(int pause) {
        Map<Visitor, Long> tarpits = new LinkedHashMap<>();
        Map<Visitor, Long> honest = new LinkedHashMap<>();
        for (int tenth = 0; tenth < 36_000; tenth++) {
            if (tenth % 10 == 0) {
                tarpits.put(join(), now);
            }
            if (tenth % pause == 0) {
                honest.put(join(), now);
            }
            tarpits.entrySet().removeIf(tarpit -> isOver(tarpit.getKey(), tarpit.getValue()));
            honest.entrySet().removeIf(one -> isAnswered(one.getKey(), one.getValue()));
            advance(0.1);
        }
        assertThat(tarpits).hasSizeGreaterThan(8);
    }

    /** It was sent away, or its minute is over. */
    private boolean isOver(Visitor tarpit, long since) {
        if (isIn(tarpit) && !tarpit.isConnected()) {
            connect(tarpit);
        }
        boolean over = tarpit.refusal().isPresent() || now - since >= 60 * SECOND;
        if (over) {
            line.leave(tarpit, false, now);
        }
        return over;
    }

    private boolean isAnswered(Visitor honest, long since) {
        assertThat(reason(honest)).isEqualTo("none");
        assertThat(now - since).isLessThan(10 * SECOND);
        if (isIn(honest)) {
            connect(honest);
            line.leave(honest, true, now);
        }
        return isIn(honest);
    }
}
