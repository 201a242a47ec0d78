// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.redis;

import io.github.mtasts4j.discovery.PolicyRows;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.UnifiedJedis;

/** A subscription to a channel of Redis. */
final class SubscriptionBell extends JedisPubSub implements PolicyRows.Bell {

    private static final Logger log = LoggerFactory.getLogger(SubscriptionBell.class);

    private final Semaphore rings = new Semaphore(0);
    private volatile @Nullable RuntimeException broken;

    SubscriptionBell(UnifiedJedis redis, String channel) {
        Thread thread = new Thread(() -> listen(redis, channel), "mtasts4j-redis-bell");
        thread.setDaemon(true);
        thread.start();
    }

    private void listen(UnifiedJedis redis, String channel) {
        try {
            redis.subscribe(this, channel);
        } catch (RuntimeException e) {
            broken = e;
        } finally {
            rings.release();
        }
    }

    /** What was written before is not told of; it is to be looked for once. */
    @Override
    public void onSubscribe(String channel, int subscribedChannels) {
        rings.release();
    }

    @Override
    public void onMessage(String channel, String message) {
        rings.release();
    }

    @Override
    public void await(Duration atMost) throws InterruptedException {
        if (rings.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
            rings.drainPermits();
        }
        RuntimeException trouble = broken;
        if (trouble != null) {
            throw new IllegalStateException("the subscription has broken off: " + trouble.getMessage(), trouble);
        }
    }

    @Override
    public void close() {
        try {
            if (isSubscribed()) {
                unsubscribe();
            }
        } catch (RuntimeException e) {
            log.debug("A broken subscription; it ends all the same", e);
        }
    }
}
