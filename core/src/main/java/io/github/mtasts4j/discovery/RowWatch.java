// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is written to {@link PolicyRows} after a moment, as it comes: when the bell rings, and every two seconds in any case.
 * Nothing depends on the bell but how soon.
 */
final class RowWatch {

    private static final Logger log = LoggerFactory.getLogger(RowWatch.class);

    static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final int PAGE = 100;

    private final PolicyRows rows;
    private final Reader reader;
    private final BooleanSupplier used;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "mtasts4j-store-watch");
    private volatile boolean closed;
    private PolicyRows.@Nullable Bell bell; // Of the one thread, as is the rest.
    private @Nullable String epoch;
    private boolean late;
    private long seen;

    /** Is given the rows. */
    interface Reader {

        void read(PolicyRows.Row row);

        /** The rows that were seen are not there any more, or not all. */
        void lost();

        /** Nobody knows, as nobody could look until now. */
        void late();

        void works(Optional<RuntimeException> trouble);
    }

    /**
     * Makes one that does not look yet.
     *
     * @param used whether anything was read or written by this process: what was before the first look can have been overtaken
     */
    RowWatch(PolicyRows rows, Reader reader, BooleanSupplier used) {
        this.rows = rows;
        this.reader = reader;
        this.used = used;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void close() {
        closed = true;
        thread.interrupt();
    }

    /** Waits for the first look, for two seconds at most: who does so before he reads much spares it to read it all again. */
    void awaitFirstLook() {
        try {
            boolean unused = begun.await(INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                guardedTurn();
            }
        } catch (InterruptedException e) {
            log.debug("The watch of the shared store ends", e);
        } finally {
            hangUp();
        }
    }

    private void guardedTurn() throws InterruptedException {
        PolicyRows.Bell next = new PolicyRows.Silence();
        try {
            next = hung(); // Before the look: what is written after it rings.
            look();
            reader.works(Optional.empty());
        } catch (RuntimeException e) {
            hangUp();
            late = true;
            next = new PolicyRows.Silence();
            if (!closed) {
                reader.works(Optional.of(e));
            }
        }
        await(next);
    }

    private void await(PolicyRows.Bell next) throws InterruptedException {
        try {
            next.await(INTERVAL);
        } catch (RuntimeException e) {
            hangUp();
            reader.works(Optional.of(e));
            new PolicyRows.Silence().await(INTERVAL);
        }
    }

    private PolicyRows.Bell hung() {
        PolicyRows.Bell there = bell;
        if (there == null) {
            there = rows.bell();
            bell = there;
        }
        return there;
    }

    private void hangUp() {
        PolicyRows.Bell there = bell;
        bell = null;
        if (there != null) {
            try {
                there.close();
            } catch (RuntimeException e) {
                log.debug("The bell of the shared store could not be closed", e);
            }
        }
    }

    /** Reads what is new. */
    private void look() {
        if (epoch == null) {
            PolicyRows.Page begin = rows.after(Long.MAX_VALUE - 1, 1);
            epoch = begin.epoch();
            seen = begin.last();
            if (late || used.getAsBoolean()) {
                seen = 0; // What was written while nobody looked is among all that is there.
                reader.late();
            }
            begun.countDown();
        }
        PolicyRows.Page page = rows.after(seen, PAGE);
        boolean isEmptied = !epoch.isEmpty() && !page.epoch().equals(epoch);
        epoch = page.epoch();
        if (isEmptied || page.last() < seen) {
            seen = 0; // What others have written meanwhile is among what is there.
            reader.lost();
            page = rows.after(seen, PAGE);
        }
        while (!page.rows().isEmpty() && !closed) {
            page.rows().forEach(this::read);
            page = rows.after(seen, PAGE);
        }
    }

    private void read(PolicyRows.Row row) {
        seen = Math.max(seen, row.generation());
        reader.read(row);
    }
}
