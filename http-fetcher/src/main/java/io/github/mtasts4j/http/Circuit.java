// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.policy.DomainName;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether it is worth trying to connect to an address (decision 0012). It opens when five connections in a row have not
 * come about, to two Policy Hosts at least; then there is a trial after a minute, and after twice as long with each that
 * fails. Any TCP connection closes it. What happens on a connection is no business of a circuit: a stranger may have his
 * own name there, and could open it for everybody else.
 *
 * <p>Not thread-safe. Times are those of {@link System#nanoTime()}, and handed in.
 */
final class Circuit {

    private static final int ENOUGH = 5;
    private static final long FIRST_PAUSE = TimeUnit.MINUTES.toNanos(1);
    private static final long LONGEST_PAUSE = TimeUnit.MINUTES.toNanos(10);

    private final InetAddress address;
    private int failures;
    private @Nullable DomainName firstHost;
    private boolean severalHosts;
    private Instant since = Instant.EPOCH; // Means nothing without failures.
    private long pause; // Zero while it is closed.
    private long nextTrial;
    private @Nullable Visitor trial;

    Circuit(InetAddress address) {
        this.address = address;
    }

    boolean isOpen() {
        return pause > 0;
    }

    /** Whether there is nothing to remember. */
    boolean isSpotless() {
        return failures == 0;
    }

    /** Whether a visitor may go on to the address. If it is open, his is the trial until he has connected or gone. */
    boolean admits(Visitor visitor, long now) {
        if (isOpen() && (trial != null || now - nextTrial < 0)) {
            return false;
        }
        trial = isOpen() ? visitor : null;
        return true;
    }

    boolean isTrial(Visitor visitor) {
        return trial == visitor;
    }

    /** There is a connection: the outage that is over with it, if there was one. */
    Optional<PolicyHostOutage> connected() {
        Optional<PolicyHostOutage> ended = isOpen() ? Optional.of(outage()) : Optional.empty();
        failures = 0;
        firstHost = null;
        severalHosts = false;
        pause = 0;
        trial = null;
        return ended;
    }

    /** A connection did not come about, by the address's fault: the outage that has begun with it, if one has. */
    Optional<PolicyHostOutage> failed(Visitor visitor, long now) {
        if (isOpen()) {
            failedWhileOpen(visitor, now);
            return Optional.empty();
        }
        count(visitor);
        if (failures < ENOUGH || !severalHosts) {
            return Optional.empty();
        }
        pauseFor(FIRST_PAUSE, now);
        return Optional.of(outage());
    }

    /** Others than the trial were under way when it opened, and say nothing new. */
    private void failedWhileOpen(Visitor visitor, long now) {
        if (isTrial(visitor)) {
            failures++;
            trial = null;
            pauseFor(Math.min(2 * pause, LONGEST_PAUSE), now);
        }
    }

    private void count(Visitor visitor) {
        if (firstHost == null) {
            firstHost = visitor.host();
            since = visitor.at();
        }
        severalHosts |= !visitor.host().equals(firstHost);
        failures++;
    }

    private void pauseFor(long nanos, long now) {
        pause = nanos;
        nextTrial = now + nanos;
    }

    /** Somebody has left. If his was the trial and it has shown nothing, the next one's is. */
    void left(Visitor visitor) {
        if (isTrial(visitor)) {
            trial = null;
        }
    }

    private PolicyHostOutage outage() {
        return new PolicyHostOutage(address, since, failures);
    }

    /** Why nobody is let through, in one line. */
    String explain(long now) {
        String next = trial == null
                ? "the next trial is in "
                        + Duration.ofNanos(Math.max(0, nextTrial - now)).toSeconds() + " s"
                : "a trial is under way";
        return "no connection to " + address.getHostAddress() + " since " + since + ", " + failures + " have failed, "
                + next;
    }
}
