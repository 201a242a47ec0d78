// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Grammar;
import io.github.mtasts4j.policy.PolicyParser;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that does nothing but save policies, to be killed while it does. Four threads write the policies of a few
 * domains as fast as the disk lets them; what was acknowledged stands on the standard output, one line a save.
 */
final class PolicyWriter {

    static final String READY = "ready";

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int THREADS = 4;

    private PolicyWriter() {}

    /**
     * An acknowledged save.
     *
     * @param number which of all saves; the later the higher
     */
    record Save(DomainName domain, int number) {

        /** Ends in a dot: a line that a kill cut short would be that of another save. */
        @Override
        public String toString() {
            return domain + " " + number + ".";
        }

        static Save parse(String line) {
            int space = line.indexOf(' ');
            return new Save(
                    DomainName.of(line.substring(0, space)),
                    Integer.parseInt(line.substring(space + 1, line.length() - 1)));
        }
    }

    /** Later than every fetch in the test. */
    static InstantSource clock() {
        return InstantSource.fixed(START.plus(Duration.ofDays(36_500)));
    }

    /** The policy of one save; every part of it names the number, so that no two can be mixed up unnoticed. */
    static CachedPolicy policy(Save save) {
        String body = "version: STSv1\nmode: enforce\nmx: mx" + save.number + "." + save.domain + "\ncomment: "
                + (save.number + " ").repeat(save.number % 200) + "\nmax_age: " + (86_400 + save.number);
        return new CachedPolicy(
                save.domain,
                "id" + save.number,
                new PolicyParser(Grammar.STRICT)
                        .parse(body.replace("comment: \n", "").getBytes(StandardCharsets.UTF_8))
                        .orElseThrow(),
                START.plusSeconds(save.number));
    }

    /** Arguments: the name of the opener, where the store is, how many domains, the first save's number, the step to the next, how many saves. */
    public static void main(String[] args) throws ReflectiveOperationException {
        say(READY);
        StoreOpener opener = Class.forName(args[0])
                .asSubclass(StoreOpener.class)
                .getDeclaredConstructor()
                .newInstance();
        PolicyStore store = opener.open(args[1], clock(), trouble -> fail());
        int domains = Integer.parseInt(args[2]);
        int first = Integer.parseInt(args[3]);
        int step = Integer.parseInt(args[4]);
        int saves = Integer.parseInt(args[5]);
        AtomicInteger count = new AtomicInteger();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(first + i);
            new Thread(() -> {
                        for (int n = count.getAndIncrement(); n < saves; n = count.getAndIncrement()) {
                            DomainName domain = DomainName.of("d" + random.nextInt(domains) + ".example");
                            save(store, new Save(domain, first + n * step));
                        }
                    })
                    .start();
        }
    }

    private static void save(PolicyStore store, Save save) {
        CachedPolicy policy = policy(save);
        if (store.save(policy)) {
            say(save.toString());
        }
        boolean isThere = store.find(save.domain)
                .filter(found -> !found.fetchedAt().isBefore(policy.fetchedAt()))
                .isPresent();
        if (!isThere) {
            fail(); // Kept or refused, nothing older may be there now.
        }
    }

    /** Ends the process at once, so that whoever counts its lines misses some. */
    private static void fail() {
        Runtime.getRuntime().halt(1);
    }

    /** One write a line and no buffer: what stands there was acknowledged, and what was acknowledged stands there. */
    private static void say(String line) {
        try {
            new FileOutputStream(FileDescriptor.out).write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
