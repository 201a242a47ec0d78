// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import io.github.mtasts4j.discovery.OverrideEvent;
import io.github.mtasts4j.discovery.PolicyOverride;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;
import org.jspecify.annotations.Nullable;

@Name("io.github.mtasts4j.OverrideEvent")
@Label("Override Event")
@Description("An operator's override makes a difference to mail, or has ended")
@Category("MTA-STS")
@StackTrace(false)
final class OverrideNews extends Event {

    @Label("Kind")
    @Nullable String kind;

    @Label("Domain")
    @Nullable String domain;

    @Label("Action")
    @Nullable String action;

    @Label("Reason")
    @Description("The operator's")
    @Nullable String reason;

    @Label("Until")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long until;

    @Label("Mode Published")
    @Description("The mode that applies without the override")
    @Nullable String modePublished;

    void fill(OverrideEvent news) {
        PolicyOverride override = news.override();
        kind = news.kind().name();
        domain = override.domain().toString();
        action = override.action().keyword();
        reason = Line.of(override.reason());
        until = override.until().toEpochMilli();
        modePublished = news.published().mode().keyword();
    }
}
