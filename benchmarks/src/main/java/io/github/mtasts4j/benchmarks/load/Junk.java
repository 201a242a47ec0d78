// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.policy.PolicyDomain;

/** Mail to domains that nobody has heard of, each another one. */
public final class Junk {

    private static final int CALLERS = 16;
    private static final int WARM_UP = 20_000;

    private Junk() {}

    /** Arguments: those of {@link Servers}, {@code ours} or {@code bare}, and how many domains. */
    public static void main(String[] arguments) throws Exception {
        Senders senders = new Senders(arguments[0], arguments[1], arguments[2]);
        int domains = Integer.parseInt(arguments[4]);
        if (arguments[3].equals("ours")) {
            ours(senders, domains);
        } else {
            bare(senders, domains);
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

    private static void bare(Senders senders, int domains) throws Exception {
        Senders.BareTxt txt = senders.new BareTxt();
        Callers callers = new Callers(CALLERS);
        callers.times(Math.min(WARM_UP, domains), (caller, time) -> txt.ask(domain(-1 - time)));
        Child.say(
                "junk bare cpu",
                callers.times(domains, (caller, time) -> txt.ask(domain(time))).cpuMicros());
    }

    private static String domain(long number) {
        return "junk" + (number < 0 ? "x" : "") + Math.abs(number) + ".unpublished.example";
    }
}
