// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The DNS and the Policy Host of one domain, as values: for faults that are not in the network. Every other domain has a
 * policy of mode {@code none}, which is of use for nothing but to take room.
 */
final class ScriptedNetwork implements TxtLookup, PolicyFetcher {

    /** What of it works: an axis of the matrices. */
    enum State {
        UP,
        NO_HTTPS,
        NO_DNS
    }

    /** One fetch: what was asked for, and when by the wall clock and by the count of nanoseconds. */
    record Fetch(Request request, Instant wall, long nanos) {}

    static final Duration TTL = Duration.ofMinutes(1);
    private static final String TAKES_ROOM = "version: STSv1\r\nmode: none\r\nmax_age: 604800\r\n";

    private final DomainName domain;
    private final TimeSource time;
    private final List<Fetch> fetches = new ArrayList<>();
    private State state = State.UP;
    private String id = "";
    private String text = "";
    private int served;
    private int lookups;

    ScriptedNetwork(DomainName domain, TimeSource time) {
        this.domain = domain;
        this.time = time;
    }

    void publish(String newId, String newText) {
        id = newId;
        text = newText;
    }

    /** From now on it is in this state; what was fetched before does not count any more. */
    void is(State newState) {
        state = newState;
        served = 0;
        lookups = 0;
        fetches.clear();
    }

    /** From now on there is no answer to anything. */
    void falls() {
        state = State.NO_DNS;
    }

    /** How often the policy of the domain was fetched well. */
    int served() {
        return served;
    }

    /** How often the DNS was asked for its record. */
    int lookups() {
        return lookups;
    }

    /** The attempts to fetch it. */
    List<Fetch> fetches() {
        return fetches;
    }

    @Override
    public Answer lookup(DomainName name) {
        boolean ours = name.parent().filter(domain::equals).isPresent();
        lookups += ours ? 1 : 0;
        if (state == State.NO_DNS) {
            return new Unavailable("dns-servfail", "SERVFAIL");
        }
        if (ours && id.isEmpty()) {
            return new None(TTL);
        }
        String record = "v=STSv1; id=" + (ours ? id : "1") + ";";
        return new Records(List.of(record.getBytes(StandardCharsets.US_ASCII)), TTL);
    }

    @Override
    public Result fetch(Request request) {
        boolean ours = request.domain().equals(domain);
        if (ours) {
            fetches.add(
                    new Fetch(request, time.wall().instant(), time.nanoTime().getAsLong()));
        }
        if (state == State.NO_DNS) {
            return new Unreachable("no-address", "no address");
        }
        if (state == State.NO_HTTPS) {
            return response(503, "");
        }
        served += ours ? 1 : 0;
        return response(200, ours ? text : TAKES_ROOM);
    }

    private static Result response(int status, String body) {
        return new Response(status, List.of("text/plain"), List.of(), body.getBytes(StandardCharsets.US_ASCII));
    }
}
