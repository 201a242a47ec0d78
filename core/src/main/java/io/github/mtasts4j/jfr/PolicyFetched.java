// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import io.github.mtasts4j.discovery.CachedPolicy;
import java.util.Optional;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import jdk.jfr.Timestamp;
import org.jspecify.annotations.Nullable;

@Name("io.github.mtasts4j.PolicyFetched")
@Label("Policy Fetched")
@Description("A policy was fetched and is in force")
@Category("MTA-STS")
@StackTrace(false)
final class PolicyFetched extends Event {

    @Label("Domain")
    @Nullable String domain;

    @Label("Id")
    @Description("The id in the TXT record")
    @Nullable String id;

    @Label("Mode")
    @Nullable String mode;

    @Label("Mode Before")
    @Description("The mode of the live policy that was replaced, if there was one")
    @Nullable String modeBefore;

    @Label("MX Patterns")
    int mxPatterns;

    @Label("Max Age")
    @Timespan(Timespan.SECONDS)
    long maxAge;

    @Label("Expires")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long expires;

    void fill(CachedPolicy now, Optional<CachedPolicy> before) {
        domain = now.domain().toString();
        id = Line.of(now.id());
        mode = now.policy().mode().keyword();
        modeBefore = before.map(policy -> policy.policy().mode().keyword()).orElse(null);
        mxPatterns = now.policy().mx().size();
        maxAge = now.policy().maxAge().toSeconds();
        expires = now.expiresAt().toEpochMilli();
    }
}
