// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class InOrderTest {

    @Test
    void whatIsDoneFirstWaitsForWhatCameFirst() throws InterruptedException {
        CountDownLatch secondIsDone = new CountDownLatch(1);
        List<Integer> seen = new ArrayList<>();
        InOrder.run(
                List.of(1, 2).iterator(),
                2,
                n -> {
                    if (n == 1) {
                        assertThat(secondIsDone.await(1, TimeUnit.MINUTES)).isTrue();
                    }
                    secondIsDone.countDown();
                    return n;
                },
                seen::add);
        assertThat(seen).containsExactly(1, 2);
    }

    /** As somebody types one name after the other. */
    @Test
    void aResultIsHandedOutBeforeTheNextInputIsThere() throws InterruptedException {
        BlockingQueue<Integer> results = new LinkedBlockingQueue<>();
        Iterator<Integer> typed = new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < 3;
            }

            @Override
            public Integer next() {
                try {
                    Integer before = next == 0 ? Integer.valueOf(-1) : results.poll(1, TimeUnit.MINUTES);
                    assertThat(before).isEqualTo(next - 1);
                    return next++;
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        InOrder.run(typed, 4, n -> n, results::add);
        assertThat(results).containsExactly(2);
    }

    @Test
    void nothingIsLostAmongMany() throws InterruptedException {
        List<Integer> seen = new ArrayList<>();
        InOrder.run(IntStream.range(0, 10_000).iterator(), 8, n -> n, seen::add);
        assertThat(seen)
                .containsExactlyElementsOf(IntStream.range(0, 10_000).boxed().toList());
    }

    @Test
    void anInputThatBreaksEndsItWithWhatItThrew() {
        Iterator<Integer> broken = Stream.<Integer>generate(() -> {
                    throw new IllegalArgumentException("the disk is gone");
                })
                .iterator();
        assertThatThrownBy(() -> InOrder.run(broken, 1, n -> n, n -> {})).hasMessage("the disk is gone");
    }

    @Test
    void workThatBreaksEndsItToo() {
        assertThatThrownBy(() -> InOrder.run(
                        List.of(1).iterator(),
                        1,
                        n -> {
                            throw new IllegalStateException("a defect");
                        },
                        n -> {}))
                .hasMessage("a defect");
    }
}
