// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs outages for the operator and tells the {@link PolicyHostListener}, in the order in which they were noted. */
final class OutageNews {

    private static final Logger LOG = LoggerFactory.getLogger(ApachePolicyFetcher.class);

    private final PolicyHostListener listener;
    private final Queue<Runnable> untold = new ConcurrentLinkedQueue<>();
    private final ReentrantLock telling = new ReentrantLock();

    OutageNews(PolicyHostListener listener) {
        this.listener = listener;
    }

    /** Notes it; does not wait. */
    void begun(PolicyHostOutage outage) {
        untold.add(() -> {
            LOG.warn(
                    "The Policy Hosts at {} are down: {} connections in a row have failed since {}."
                            + " They are skipped, but for a trial now and then",
                    outage.address().getHostAddress(),
                    outage.failures(),
                    outage.since());
            listener.hostDown(outage);
        });
    }

    /** Notes it; does not wait. */
    void ended(PolicyHostOutage outage) {
        untold.add(() -> {
            LOG.info(
                    "The Policy Hosts at {} are back: {} connections had failed since {}",
                    outage.address().getHostAddress(),
                    outage.failures(),
                    outage.since());
            listener.hostUp(outage);
        });
    }

    /** Tells what was noted, if another thread is not about to. Not to be called under a lock. */
    void tell() {
        while (!untold.isEmpty() && telling.tryLock()) {
            try {
                for (Runnable news = untold.poll(); news != null; news = untold.poll()) {
                    guarded(news);
                }
            } finally {
                telling.unlock();
            }
        }
    }

    private static void guarded(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException e) {
            LOG.error("A listener threw; ignored", e);
        }
    }
}
