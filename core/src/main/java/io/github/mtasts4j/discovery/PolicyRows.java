// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Rows of octets in an engine that many machines share, one for each policy domain: what a {@link SharedPolicyStore} needs of a
 * database. It understands nothing of what it keeps, and is trusted with nothing but to compare and set.
 *
 * <p>Methods wait, and must come back within a few seconds whatever the engine does. They throw a {@link RuntimeException}
 * if it fails them.
 */
public interface PolicyRows {

    /** No row of ours is longer. Of one that is, an engine hands over no octets at all. */
    int MOST_OCTETS = PolicyRecord.MAX_OCTETS + 1024;

    /**
     * Whose rows these are. Senders that differ in what they trust or whom they ask must not share any.
     *
     * @return 1 to 64 characters out of a-z, 0-9, dot, hyphen and underscore
     */
    String namespace();

    /**
     * Reads a row.
     *
     * @param key the policy domain, of at most 253 ASCII characters
     * @return the row, if there is one
     */
    Optional<Row> get(String key);

    /**
     * Writes a row, in one step with the check that nobody has written it since. It gets the next generation of the
     * namespace, and whoever sees it sees all earlier ones.
     *
     * @param key the policy domain
     * @param expected the generation that is there, or 0 for no row
     * @param octets the new content
     * @param life how long to keep it at least; engines that never forget need not look
     * @return whether it was written, and will be there after a crash as far as the engine promises; false if another
     *     generation is there
     */
    boolean put(String key, long expected, byte[] octets, Duration life);

    /**
     * Reads the rows that were written after another, the oldest first.
     *
     * @param generation its generation; 0 for all rows
     * @param most how many to read
     * @return the rows, fewer than {@code most} only if there are no more
     */
    Page after(long generation, int most);

    /**
     * Takes a lease, by the engine's own clock.
     *
     * @param key the policy domain
     * @param owner who wants it
     * @param term for how long
     * @return whether he has it now; not if it is somebody else's and has not run out
     */
    boolean lease(String key, String owner, Duration term);

    /**
     * Something that rings when anybody has written.
     *
     * @return to be closed by the caller; by default one that never rings
     */
    default Bell bell() {
        return new Silence();
    }

    /** A row as the engine has it. */
    final class Row {

        private final String key;
        private final long generation;
        private final byte[] octets;

        /**
         * Puts it together.
         *
         * @param key the policy domain
         * @param generation when it was written, by the namespace's count of writes; never 0
         * @param octets its content, not copied; none if it is longer than {@link #MOST_OCTETS}
         */
        public Row(String key, long generation, byte[] octets) {
            this.key = key;
            this.generation = generation;
            this.octets = octets;
        }

        /**
         * Whose it is, if it is honest.
         *
         * @return the policy domain
         */
        public String key() {
            return key;
        }

        /**
         * When it was written.
         *
         * @return the namespace's count of writes
         */
        public long generation() {
            return generation;
        }

        /**
         * What stands in it.
         *
         * @return the content, not copied
         */
        public byte[] octets() {
            return octets;
        }
    }

    /**
     * Some rows.
     *
     * @param epoch drawn at random when the count of writes began; another one says that the namespace was emptied, and an
     *     empty one that nobody has written yet
     * @param last the generation that was written last
     * @param rows in the order of their generations
     */
    record Page(String epoch, long last, List<Row> rows) {}

    /** Rings when anybody has written; it may ring for nothing, and it may fail to ring. */
    interface Bell extends AutoCloseable {

        /**
         * Waits for the next ring. One that came since the last call counts.
         *
         * @param atMost for how long
         * @throws InterruptedException if the thread was interrupted
         */
        void await(Duration atMost) throws InterruptedException;

        /** Ends it; whoever waits need not be woken. */
        @Override
        void close();
    }

    /** A bell without a clapper. */
    final class Silence implements Bell {

        private final CountDownLatch never = new CountDownLatch(1);

        /** Makes one. */
        public Silence() {}

        @Override
        public void await(Duration atMost) throws InterruptedException {
            boolean unused = never.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void close() {
            never.countDown();
        }
    }
}
