// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.discovery;

import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.Parsed;
import io.github.mtasts4j.policy.StsRecord;
import io.github.mtasts4j.policy.StsRecordParser;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the TXT record of a domain (§3.1). Waits for the DNS. */
final class RecordWatch {

    private static final Logger log = LoggerFactory.getLogger(RecordWatch.class);

    private static final Duration SHORTEST_RECHECK = Duration.ofMinutes(1);
    static final Duration LONGEST_RECHECK = Duration.ofHours(1);
    private static final Duration LONGEST_NEGATIVE = Duration.ofMinutes(15);
    private static final Duration DNS_RETRY = Duration.ofSeconds(60);

    private final TxtLookup txt;
    private final InstantSource clock;
    private final StsRecordParser parser;

    RecordWatch(TxtLookup txt, InstantSource clock, Grammar grammar) {
        this.txt = txt;
        this.clock = clock;
        this.parser = new StsRecordParser(grammar);
    }

    Sighting look(DomainName domain) throws InterruptedException {
        TxtLookup.Answer answer = ask(domain);
        Instant now = clock.instant();
        if (answer instanceof TxtLookup.Unavailable unavailable) {
            return Sighting.none(
                    new StsFailure(FailureCode.DNS_TRANSIENT, unavailable.reason(), unavailable.detail(), now),
                    now.plus(jittered(DNS_RETRY)));
        }
        if (answer instanceof TxtLookup.None none) {
            String detail = "there is no TXT record at _mta-sts." + domain;
            return Sighting.none(gone(detail, now), now.plus(negative(none.ttl())));
        }
        TxtLookup.Records records = (TxtLookup.Records) answer;
        Parsed<StsRecord> record = parser.select(records.values());
        if (record instanceof Parsed.Malformed<StsRecord> malformed) {
            return Sighting.none(failure(malformed, now), now.plus(negative(records.ttl())));
        }
        Duration untilNext = clamp(records.ttl(), SHORTEST_RECHECK, LONGEST_RECHECK);
        return Sighting.of(record.orElseThrow().id(), now.plus(untilNext));
    }

    private TxtLookup.Answer ask(DomainName domain) throws InterruptedException {
        try {
            return Objects.requireNonNull(txt.lookup(domain.child("_mta-sts").orElseThrow()));
        } catch (RuntimeException e) {
            log.error("{} threw for {}; taken for a DNS failure", txt.getClass().getName(), domain, e);
            return new TxtLookup.Unavailable(
                    "internal", "the look-up threw " + e.getClass().getName());
        }
    }

    private static StsFailure gone(String detail, Instant now) {
        return new StsFailure(FailureCode.TXT_GONE, "no-txt", detail, now);
    }

    private static StsFailure failure(Parsed.Malformed<StsRecord> malformed, Instant now) {
        return switch (malformed.defect()) {
            case NO_RECORD -> gone(malformed.detail(), now);
            case MULTIPLE_RECORDS -> new StsFailure(FailureCode.DNS_MULTIPLE, "multiple-txt", malformed.detail(), now);
            case LIMIT -> new StsFailure(FailureCode.DNS_LIMIT, "txt-too-large", malformed.detail(), now);
            default -> new StsFailure(FailureCode.DNS_SYNTAX, "invalid-txt", malformed.detail(), now);
        };
    }

    private static Duration negative(Duration ttl) {
        return clamp(ttl, SHORTEST_RECHECK, LONGEST_NEGATIVE);
    }

    private static Duration clamp(Duration value, Duration least, Duration most) {
        return value.compareTo(least) < 0 ? least : value.compareTo(most) > 0 ? most : value;
    }

    /** Plus or minus a fifth, so that the domains of one broken name server do not come back all at once. */
    private static Duration jittered(Duration value) {
        double factor = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
        return Duration.ofMillis(Math.round(value.toMillis() * factor));
    }
}
