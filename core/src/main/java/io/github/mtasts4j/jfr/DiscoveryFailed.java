// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.policy.DomainName;
import java.util.Optional;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("io.github.mtasts4j.DiscoveryFailed")
@Label("Discovery Failed")
@Description("A policy could not be found or brought up to date")
@Category("MTA-STS")
@StackTrace(false)
final class DiscoveryFailed extends Event {

    @Label("Domain")
    @Nullable String domain;

    @Label("Code")
    @Nullable String code;

    @Label("Reason")
    @Description("One word more precise than the code")
    @Nullable String reason;

    @Label("Detail")
    @Nullable String detail;

    @Label("Mode Kept")
    @Description("The mode of the live policy that stays in force, if there is one")
    @Nullable String modeKept;

    void fill(DomainName name, StsFailure failure, Optional<CachedPolicy> kept) {
        domain = name.toString();
        code = failure.code().name();
        reason = Line.of(failure.reason());
        detail = Line.of(failure.detail());
        modeKept = kept.map(policy -> policy.policy().mode().keyword()).orElse(null);
    }
}
