// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import io.github.mtasts4j.MtaSts;
import io.github.mtasts4j.policy.PolicyDomain;
import java.util.concurrent.ExecutorService;

/** The first message to a domain with a policy: a TXT query, and a GET over a connection of its own. */
public final class Cold {

    private static final int FLIGHTS = 64;

    private Cold() {}

    /**
     * Arguments: those of {@link Servers}, {@code ours} or {@code bare}, the number of callers, seconds.
     */
    public static void main(String[] arguments) throws Exception {
        Senders senders = new Senders(arguments[0], arguments[1], arguments[2]);
        boolean ours = arguments[3].equals("ours");
        int count = Integer.parseInt(arguments[4]);
        double seconds = Double.parseDouble(arguments[5]);
        Callers callers = new Callers(count);
        Callers.Work work = ours ? ours(senders, count) : bare(senders, count);
        callers.during(seconds, work);
        Callers.Result result = callers.during(seconds, work);
        String name = "cold " + arguments[3] + " callers=" + count;
        Child.say(name + " cpu", result.cpuMicros());
        Child.say(name + " per second", result.perSecond());
        System.exit(0);
    }

    private static Callers.Work ours(Senders senders, int callers) {
        ExecutorService flights = Callers.newExecutor(FLIGHTS);
        MtaSts sts = senders.ours(flights);
        return (caller, time) -> {
            PolicyDomain domain = PolicyDomain.ofDomain(domain(caller, time, callers));
            sts.invalidate(domain);
            if (sts.resolve(domain).applicable().isEmpty()) {
                throw new IllegalStateException(sts.resolve(domain).inWords());
            }
        };
    }

    private static Callers.Work bare(Senders senders, int callers) throws Exception {
        Senders.BareTxt txt = senders.new BareTxt();
        Senders.BareGet https = senders.new BareGet(Servers.DOMAINS, callers);
        return (caller, time) -> {
            String domain = domain(caller, time, callers);
            if (txt.ask(domain) != 0 || https.get(domain) == 0) {
                throw new IllegalStateException("no policy for " + domain);
            }
        };
    }

    /** No two callers ask for the same one at a time, which would be one discovery. */
    private static String domain(int caller, long time, int callers) {
        int each = Servers.DOMAINS / callers;
        return Servers.domain(caller * each + (int) (time % each));
    }
}
