// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

/** How current the knowledge is that a policy applies. All of them bind alike: a live policy is a live policy. */
public enum Freshness {
    /** It has just been fetched. */
    FETCHED,
    /** The TXT record has just been asked for, and its id is still that of the policy. */
    CONFIRMED,
    /** It is in the cache, and nobody was asked. */
    CACHED,
    /** It has just been tried to bring it up to date, in vain (§3.3: it applies all the same). */
    KEPT
}
