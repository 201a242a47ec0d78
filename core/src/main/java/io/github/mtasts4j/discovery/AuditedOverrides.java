// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.mtasts4j.policy.DomainName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the operator's overrides over what domains publish, and tells of their use. */
public final class AuditedOverrides {

    private static final Logger log = LoggerFactory.getLogger(AuditedOverrides.class);
    private static final Duration REMINDER = Duration.ofDays(1);
    private static final long MAX_REMEMBERED = 10_000;

    private final PolicyOverrides overrides;
    private final GuardedListener listener;
    private final InstantSource clock;

    /** Domains with an override only, so that other mail leaves nothing here. */
    private final Cache<DomainName, Use> uses = Caffeine.newBuilder()
            .maximumSize(MAX_REMEMBERED)
            .executor(Runnable::run)
            .build();

    /**
     * The override that a domain had last, and what was last told of it.
     *
     * @param told empty before anything was
     */
    private record Use(PolicyOverride override, Optional<OverrideEvent.Kind> told, Instant at) {

        /** Whether there is no need to tell this. */
        boolean covers(OverrideEvent.Kind kind, Instant now) {
            return told.filter(kind::equals).isPresent()
                    && (kind == OverrideEvent.Kind.EXPIRED
                            || Duration.between(at, now).abs().compareTo(REMINDER) < 0);
        }
    }

    /**
     * Makes it.
     *
     * @param overrides the overrides; a guest
     * @param listener is told of their use
     * @param clock the time, by which they end
     */
    public AuditedOverrides(PolicyOverrides overrides, ResolverListener listener, InstantSource clock) {
        this.overrides = overrides;
        this.listener = new GuardedListener(listener);
        this.clock = clock;
    }

    /**
     * What applies to a domain.
     *
     * @param published what is known of the domain's own policy
     * @return {@link PolicyResolution.Overridden}, or the very argument where no override makes a difference
     */
    public PolicyResolution over(PolicyResolution published) {
        PolicyOverride override =
                published.domain().asName().flatMap(this::find).orElse(null);
        if (override == null) {
            return published;
        }
        Instant now = clock.instant();
        PolicyResolution answer = override.over(published, now);
        if (!override.isInForce(now)) {
            account(OverrideEvent.Kind.EXPIRED, override, published, now);
        } else if (answer instanceof PolicyResolution.Overridden) {
            account(OverrideEvent.Kind.APPLIED, override, published, now);
        }
        return answer;
    }

    /**
     * The same for an answer that is still to come.
     *
     * @param published what will be known
     * @return what will apply; complete already if the argument is
     */
    public CompletableFuture<PolicyResolution> over(CompletableFuture<PolicyResolution> published) {
        return published.thenApply(this::over);
    }

    private Optional<PolicyOverride> find(DomainName domain) {
        Use before = uses.getIfPresent(domain);
        Optional<PolicyOverride> found;
        try {
            found = overrides.find(domain);
            found.ifPresent(override -> requireFor(domain, override));
        } catch (RuntimeException e) {
            // Without it, whoever makes the source fail would lift a pinned or required policy.
            log.error(
                    "{} threw; the last override of {} stays",
                    overrides.getClass().getName(),
                    domain,
                    e);
            return Optional.ofNullable(before).map(Use::override);
        }
        remember(domain, found.orElse(null), before);
        return found;
    }

    private static void requireFor(DomainName domain, PolicyOverride override) {
        if (!override.domain().equals(domain)) {
            throw new IllegalStateException("was asked for " + domain + " and answered for " + override.domain());
        }
    }

    private void remember(DomainName domain, @Nullable PolicyOverride override, @Nullable Use before) {
        if (override == null) {
            if (before != null) {
                uses.invalidate(domain);
            }
        } else if (before == null || !before.override.equals(override)) {
            uses.put(domain, new Use(override, Optional.empty(), Instant.MIN));
        }
    }

    private void account(OverrideEvent.Kind kind, PolicyOverride override, PolicyResolution published, Instant now) {
        Use before = uses.getIfPresent(override.domain());
        if (before != null && before.covers(kind, now)) {
            return;
        }
        Use ours = new Use(override, Optional.of(kind), now);
        // Of many threads that notice at once, one tells.
        boolean first = before == null
                ? uses.asMap().putIfAbsent(override.domain(), ours) == null
                : uses.asMap().replace(override.domain(), before, ours);
        if (first) {
            listener.overrideEvent(new OverrideEvent(kind, override, published, now));
        }
    }
}
