// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.examples.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes down each buffer that was forgotten. Netty makes it by its name, which is in the system properties of the tests. */
public final class LostBuffers<T> extends ResourceLeakDetector<T> {

    private static final List<String> LOST = new CopyOnWriteArrayList<>();
    private static final int ROUNDS = 50;

    /** As Netty calls it. */
    public LostBuffers(Class<?> resourceType, int samplingInterval) {
        super(resourceType, samplingInterval);
    }

    /** As older callers in Netty call it. */
    public LostBuffers(Class<?> resourceType, int samplingInterval, long maxActive) {
        this(resourceType, samplingInterval);
    }

    static void assertNone() {
        lookForThem(ROUNDS);
        assertThat(LOST).as("buffers that nobody has released").isEmpty();
    }

    /** Loses one on purpose; whether that was noticed. */
    static boolean noticesOne() {
        ByteBufAllocator.DEFAULT.buffer(64).writeByte(1);
        for (int i = 0; i < ROUNDS && LOST.isEmpty(); i++) {
            lookForThem(1);
        }
        boolean noticed = !LOST.isEmpty();
        LOST.clear();
        return noticed;
    }

    /** A lost buffer is found by the garbage collector and reported when the next one is made. */
    private static void lookForThem(int rounds) {
        for (int i = 0; i < rounds; i++) {
            System.gc();
            ByteBufAllocator.DEFAULT.buffer(64).release();
        }
    }

    @Override
    protected boolean needReport() {
        return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
        LOST.add(resourceType + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
        LOST.add(resourceType);
    }
}
