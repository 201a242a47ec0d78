// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport.send;

import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps reports from a host: configuration; that others were sent there today on behalf of strangers (RFC 8460 §7); that it could
 * not be reached a moment ago. Thread-safe.
 */
final class Limits {

    private static final Logger log = LoggerFactory.getLogger(ReportSender.class);

    /** Less than the first pause between two attempts. */
    private static final Duration REST = Duration.ofMinutes(3);

    private final List<DomainName> suppressed;
    private final int aDay;
    private final Map<DomainName, Set<String>> today = new HashMap<>();
    private final Map<DomainName, Instant> down = new HashMap<>();
    private LocalDate day = LocalDate.EPOCH;

    Limits(List<DomainName> suppressed, int aDay) {
        this.suppressed = List.copyOf(suppressed);
        this.aDay = aDay;
    }

    boolean isSuppressed(DomainName name) {
        return suppressed.stream().anyMatch(no -> isAtOrBelow(name, no));
    }

    private static boolean isAtOrBelow(DomainName name, DomainName top) {
        Optional<DomainName> at = Optional.of(name);
        while (at.isPresent() && !at.get().equals(top)) {
            at = at.get().parent();
        }
        return at.isPresent();
    }

    /** Whether a report may go to a host that its domain has named: to its own always, to a third party so many times. */
    synchronized boolean admits(DomainName domain, DomainName host, String key, Instant now) {
        if (isAtOrBelow(host, domain)) {
            return true;
        }
        LocalDate current = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (!current.equals(day)) {
            day = current;
            today.clear();
        }
        Set<String> keys = today.computeIfAbsent(host, name -> new HashSet<>());
        if (keys.size() < aDay || keys.contains(key)) {
            if (keys.add(key) && keys.size() == aDay) {
                log.warn("{} TLS reports for {} today, on several domains; there will be no more", aDay, host);
            }
            return true;
        }
        return false;
    }

    synchronized boolean isDown(DomainName host, Instant now) {
        Instant since = down.get(host);
        return since != null && now.isBefore(since.plus(REST)) && !now.isBefore(since);
    }

    synchronized void reached(DomainName host) {
        down.remove(host);
    }

    synchronized void notReached(DomainName host, Instant now) {
        down.values().removeIf(since -> !now.isBefore(since.plus(REST)));
        down.put(host, now);
    }
}
