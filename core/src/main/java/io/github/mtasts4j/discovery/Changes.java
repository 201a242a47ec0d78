// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.MxPattern;
import io.github.mtasts4j.policy.Policy;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an operator should know of a policy that replaces another. A newer policy always wins (§10.3); whoever has got hold
 * of a Policy Host can weaken it, and then this is the trace.
 */
final class Changes {

    private final CachedPolicy before;
    private final Policy old;
    private final CachedPolicy now;
    private final Policy young;
    private final EnumSet<PolicyEvent.Kind> kinds = EnumSet.noneOf(PolicyEvent.Kind.class);

    private Changes(CachedPolicy before, CachedPolicy now) {
        this.before = before;
        this.old = before.policy();
        this.now = now;
        this.young = now.policy();
    }

    /** The kinds of event that a replacement amounts to. */
    static Set<PolicyEvent.Kind> between(CachedPolicy before, CachedPolicy now) {
        Changes changes = new Changes(before, now);
        changes.compareIds();
        if (changes.old.mode() != Mode.NONE) { // It protected nobody; nothing can be lost of it.
            changes.compareStrength();
        }
        return changes.kinds;
    }

    private void compareIds() {
        boolean sameId = before.id().equals(now.id());
        boolean sameBody = old.lines().equals(young.lines());
        if (sameBody && !sameId) {
            kinds.add(PolicyEvent.Kind.ID_CHANGED_SAME_BODY);
        } else if (sameId && !sameBody) {
            kinds.add(PolicyEvent.Kind.BODY_CHANGED_SAME_ID);
        }
    }

    private void compareStrength() {
        if (young.mode().compareTo(old.mode()) > 0) { // The enum goes from strong to weak.
            kinds.add(PolicyEvent.Kind.MODE_LOWERED);
        }
        if (young.mode() == Mode.NONE) {
            return; // §8.3: a withdrawn policy has no hosts, and a short life.
        }
        if (young.maxAge().compareTo(old.maxAge()) < 0) {
            kinds.add(PolicyEvent.Kind.LIFETIME_SHRUNK);
        }
        compareHosts(Set.copyOf(old.mx()), Set.copyOf(young.mx()));
    }

    private void compareHosts(Set<MxPattern> listed, Set<MxPattern> nowListed) {
        if (Collections.disjoint(listed, nowListed)) {
            kinds.add(PolicyEvent.Kind.MX_DISJOINT);
        } else if (nowListed.size() < listed.size() && listed.containsAll(nowListed)) {
            kinds.add(PolicyEvent.Kind.MX_SHRUNK);
        }
    }
}
