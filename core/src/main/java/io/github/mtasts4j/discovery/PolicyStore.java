// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps policies beyond the life of the process. Called by many threads at once; methods may wait.
 *
 * <p>A store is a guest: one that throws is logged and changes nothing about the message at hand. It keeps data, never
 * verdicts, and it never hides an expired policy: whether a policy is live is decided by whoever reads it.
 */
public interface PolicyStore {

    /**
     * Finds the policy of a domain.
     *
     * @param domain the policy domain
     * @return the policy that was saved last, live or not
     */
    Optional<CachedPolicy> find(DomainName domain);

    /**
     * Keeps a policy unless a newer one is kept already, in one step: of two writers the later fetch wins, in whatever
     * order they come.
     *
     * @param policy the policy
     * @return whether it was kept; false if the one there was fetched at the same time or later
     */
    boolean save(CachedPolicy policy);

    /**
     * Forgets the policy of a domain. Only an operator's command leads here, never a failure.
     *
     * @param domain the policy domain
     */
    void remove(DomainName domain);

    /**
     * Goes through all policies, in no particular order. What is saved meanwhile may or may not be seen.
     *
     * @param each is given every policy
     */
    void scan(Consumer<? super CachedPolicy> each);

    /**
     * Asks to be the one that fetches a policy again, of all senders with this store. It is about work, never about
     * safety: whoever is told no takes what the other has saved, or asks again later; where two are told yes the policy is
     * fetched twice. It ends by itself.
     *
     * @param domain the policy domain
     * @param term for how long, by the store's own clock
     * @return whether to fetch it; always, unless the store is one that several machines share
     */
    default boolean mayRefresh(DomainName domain, Duration term) {
        return true;
    }

    /**
     * Begins to tell what other senders do with this store, from now on. Does not wait. A store that cannot know says
     * nothing.
     *
     * @param observer is told, possibly of one's own writes too
     * @return ends it when it is closed
     */
    default Watch watch(Observer observer) {
        return Watch.NONE;
    }

    /** Goes on until it is closed. */
    interface Watch extends AutoCloseable {

        /** There is nothing to watch. */
        Watch NONE = () -> {};

        /** Ends it. Does not wait. */
        @Override
        void close();
    }

    /** Is told what happens to a store, by a thread of the store's. */
    interface Observer {

        /**
         * A policy was saved, by whomever. Later ones may have been since.
         *
         * @param policy the policy
         */
        void saved(CachedPolicy policy);

        /**
         * An operator has had the policy of a domain forgotten.
         *
         * @param domain the policy domain
         */
        void removed(DomainName domain);

        /**
         * What stands in the store for a domain is not used: nobody honest has written it, or a later release has.
         *
         * @param domain the policy domain
         * @param detail one printable line for a person
         */
        void refused(DomainName domain, String detail);

        /**
         * The store has gone back in time: it was emptied, or another has taken its place that lagged behind. What is in
         * memory had better be saved again.
         */
        void lost();

        /**
         * The watch could not look from the start. What was saved before may be gone, so what is in memory had better be saved
         * again; told before all that is there.
         */
        void late();

        /**
         * Whether the watch itself works. Told each time.
         *
         * @param trouble why not, if it does not
         */
        void works(Optional<RuntimeException> trouble);
    }
}
