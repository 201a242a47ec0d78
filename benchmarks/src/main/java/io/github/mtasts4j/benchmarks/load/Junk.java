// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.policy.PolicyDomain;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Mail to domains that nobody has heard of, each another one. */
public final class Junk {

    private static final int CALLERS = 16;
    private static final int WARM_UP = 20_000;

    private Junk() {}

    /** Arguments: those of {@link Servers}, {@code ours}, {@code bare} or {@code elsewhere}, and how many domains. */
    public static void main(String[] arguments) throws Exception {
        Senders senders = new Senders(arguments[0], arguments[1], arguments[2]);
        int domains = Integer.parseInt(arguments[4]);
        switch (arguments[3]) {
            case "ours" -> ours(senders, domains);
            case "bare" -> bare(senders.new BareTxt(), domains);
            case "elsewhere" -> elsewhere(senders.new BareTxt(), domains);
            default -> throw new IllegalArgumentException(arguments[3]);
        }
        System.exit(0);
    }

    private static void ours(Senders senders, int domains) throws Exception {
        MtaSts sts = senders.oursForJunk(Callers.newExecutor(64), domains / 5);
        Callers callers = new Callers(CALLERS);
        Callers.Work work = (caller, time) -> sts.resolve(PolicyDomain.ofDomain(domain(time)));
        callers.times(Math.min(WARM_UP, domains), (caller, time) -> work.go(caller, -1 - time));
        Callers.Result first = callers.times(domains / 2, work);
        long half = Heap.used();
        Callers.Result second =
                callers.times(domains - domains / 2, (caller, time) -> work.go(caller, domains / 2 + time));
        Child.say("junk ours cpu", (first.cpuMicros() + second.cpuMicros()) / 2);
        Child.say("junk heap at half", half);
        Child.say("junk heap at end", Heap.used());
        sts.close();
    }

    private static void bare(Senders.BareTxt txt, int domains) throws Exception {
        measure("junk bare cpu", domains, (caller, time) -> txt.ask(domain(time)));
    }

    /** The query in another thread, for which the caller waits for some time: so the answer is there for others if he gives up. */
    private static void elsewhere(Senders.BareTxt txt, int domains) throws Exception {
        ExecutorService threads = Callers.newExecutor(64);
        measure(
                "junk elsewhere cpu",
                domains,
                (caller, time) -> threads.submit(() -> txt.ask(domain(time))).get(1, TimeUnit.MINUTES));
        threads.shutdown();
    }

    private static void measure(String figure, int domains, Callers.Work work) throws Exception {
        Callers callers = new Callers(CALLERS);
        callers.times(Math.min(WARM_UP, domains), (caller, time) -> work.go(caller, -1 - time));
        Child.say(figure, callers.times(domains, work).cpuMicros());
    }

    private static String domain(long number) {
        return "junk" + (number < 0 ? "x" : "") + Math.abs(number) + ".unpublished.example";
    }
}
