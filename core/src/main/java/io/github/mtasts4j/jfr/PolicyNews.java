// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyEvent;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timestamp;
import org.jspecify.annotations.Nullable;

@Name("io.github.mtasts4j.PolicyEvent")
@Label("Policy Event")
@Description("Something about a policy that an operator should know")
@Category("MTA-STS")
@StackTrace(false)
final class PolicyNews extends Event {

    @Label("Kind")
    @Nullable String kind;

    @Label("Domain")
    @Nullable String domain;

    @Label("Id")
    @Description("The id in the TXT record")
    @Nullable String id;

    @Label("Mode")
    @Nullable String mode;

    @Label("Mode Before")
    @Description("The mode of the policy that was replaced, if one was")
    @Nullable String modeBefore;

    @Label("Expires")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long expires;

    @Label("Cause")
    @Description("The code of the failure behind it, if there is one")
    @Nullable String cause;

    void fill(PolicyEvent news) {
        CachedPolicy policy = news.policy();
        kind = news.kind().name();
        domain = policy.domain().toString();
        id = Line.of(policy.id());
        mode = policy.policy().mode().keyword();
        modeBefore =
                news.before().map(before -> before.policy().mode().keyword()).orElse(null);
        expires = policy.expiresAt().toEpochMilli();
        cause = news.cause().map(failure -> failure.code().name()).orElse(null);
    }
}
