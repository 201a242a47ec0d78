// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.jfr;

import io.github.mtasts4j.discovery.HealthEvent;
import io.github.mtasts4j.policy.DomainName;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

@Name("io.github.mtasts4j.HealthEvent")
@Label("Health Event")
@Description("Something about the sender's own means that an operator should know")
@Category("MTA-STS")
@StackTrace(false)
final class HealthNews extends Event {

    @Label("Kind")
    @Nullable String kind;

    @Label("Trouble")
    @Description("Whether it is the beginning of trouble, not its end")
    boolean trouble;

    @Label("Domain")
    @Description("The domain it concerns, if it is one")
    @Nullable String domain;

    @Label("Detail")
    @Nullable String detail;

    void fill(HealthEvent news) {
        kind = news.kind().name();
        trouble = news.kind().isTrouble();
        domain = news.domain().map(DomainName::toString).orElse(null);
        detail = Line.of(news.detail());
    }
}
