// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import io.github.mtasts4j.delivery.BounceCheck;
import io.github.mtasts4j.delivery.DaneOutcome;
import io.github.mtasts4j.delivery.DanePrecedence;
import io.github.mtasts4j.delivery.DeliveryDecision;
import io.github.mtasts4j.delivery.MxAttempt;
import io.github.mtasts4j.delivery.MxFact;
import io.github.mtasts4j.delivery.MxPlan;
import io.github.mtasts4j.delivery.SessionFacts;
import io.github.mtasts4j.delivery.TlsRequirement;
import io.github.mtasts4j.discovery.AuditedOverrides;
import io.github.mtasts4j.discovery.CachedPolicy;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.PolicyOverrides;
import io.github.mtasts4j.discovery.PolicyRefresher;
import io.github.mtasts4j.discovery.PolicyResolution;
import io.github.mtasts4j.discovery.PolicyResolver;
import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.discovery.PrefetchSummary;
import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.discovery.ResolverSettings;
import io.github.mtasts4j.discovery.StsFailure;
import io.github.mtasts4j.discovery.TimeSource;
import io.github.mtasts4j.discovery.TxtLookup;
import io.github.mtasts4j.policy.DomainName;
import io.github.mtasts4j.policy.Mode;
import io.github.mtasts4j.policy.PolicyDomain;
import io.github.mtasts4j.report.DiscoveryResult;
import io.github.mtasts4j.report.SessionResult;
import io.github.mtasts4j.report.TlsReportRecorder;
import io.github.mtasts4j.tls.TlsOutcome;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sender-side MTA-STS (RFC 8461). Built once, used by many threads, closed at the end.
 *
 * <p>Resolve once per recipient domain and attempt, decide once per MX:
 *
 * <pre>{@code
 * PolicyResolution policy = sts.resolve(PolicyDomain.ofRecipient("alice@example.com"));
 * for (DomainName mx : candidatesInOrder) {
 *   if (sts.plan(policy, mx) instanceof MxPlan.Skip) continue;
 *   TlsOutcome tls = connectAndStartTls(mx);
 *   DeliveryDecision decision = sts.decide(policy, mx, tls);
 *   if (decision.mayDeliver()) { send(); return; }
 * }
 * requeue();
 * }</pre>
 *
 * <p>Everything that waits is behind {@link #resolve}, {@link #recheck} and what calls them; {@link #plan} and
 * {@link #decide} are functions of their arguments that tell the {@link TlsReportRecorder}. Nothing that a remote party does makes a method throw.
 */
public final class MtaSts implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MtaSts.class);

    private static final TlsOutcome NOT_CONTACTED = new TlsOutcome.NotContacted();

    private final PolicyResolver resolver;
    private final @Nullable AuditedOverrides overrides;
    private final MonitorSwitch monitor;
    private final TlsReportRecorder recorder;
    private final InstantSource clock;
    private final @Nullable ExecutorService ownPool;
    private final @Nullable PolicyRefresher refresher;

    private MtaSts(Builder builder) {
        if (builder.store == null) {
            log.warn(
                    "No policy store: a restart forgets every policy, and whoever can wait for one can have the mail of"
                            + " these domains sent in the clear. FilePolicyStore is one (RFC 8461 §10.2).");
        }
        this.clock = builder.time.wall();
        this.recorder = builder.recorder;
        this.monitor = new MonitorSwitch(builder.monitorOnly, builder.danePrecedence);
        Executor executor = builder.executor;
        if (executor == null) {
            ExecutorService pool = newPool(builder.settings.maxFlights());
            this.ownPool = pool;
            executor = pool;
        } else {
            this.ownPool = null;
        }
        ResolverListener listener = ResolverListener.all(new DiscoveryRecording(recorder), builder.listener);
        this.overrides = builder.overrides == PolicyOverrides.NONE
                ? null
                : new AuditedOverrides(builder.overrides, listener, clock);
        this.resolver = new PolicyResolver(
                builder.txt,
                builder.fetcher,
                Optional.ofNullable(builder.store),
                listener,
                builder.time,
                executor,
                builder.settings);
        this.refresher = builder.refreshes ? resolver.newRefresher() : null;
        if (refresher != null) {
            refresher.start();
        }
        monitor.judge(); // Says at once that nothing is enforced, if so.
    }

    /**
     * Begins to build.
     *
     * @param txt asks the DNS; {@code DnsJavaTxtLookup} of mtasts4j-dns-resolver is one
     * @param fetcher asks Policy Hosts; {@code ApachePolicyFetcher} of mtasts4j-http-fetcher is one
     * @return a builder with defaults for everything else
     */
    public static Builder builder(TxtLookup txt, PolicyFetcher fetcher) {
        return new Builder(txt, fetcher);
    }

    /**
     * Says which policy applies to a domain. Returns at once for a domain that is known; for another it waits for the
     * DNS and the Policy Host, 20 seconds at most unless set otherwise.
     *
     * @param domain the policy domain
     * @return what is known, good for this delivery attempt
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public PolicyResolution resolve(PolicyDomain domain) throws InterruptedException {
        return overridden(resolver.resolve(domain));
    }

    /**
     * The same without waiting.
     *
     * @param domain the policy domain
     * @param executor runs what depends on the answer
     * @return the answer, complete already for a domain that is known
     */
    public CompletableFuture<PolicyResolution> resolveAsync(PolicyDomain domain, Executor executor) {
        CompletableFuture<PolicyResolution> published = resolver.resolveAsync(domain, executor);
        return overrides == null ? published : overrides.over(published);
    }

    private PolicyResolution overridden(PolicyResolution published) {
        return overrides == null ? published : overrides.over(published);
    }

    /**
     * Asks the DNS for an updated policy, whatever is cached: what §5 demands before a message may be bounced for a
     * policy's sake. Walk the MX hosts once more with the answer; only then can {@link DeliveryDecision.Defer#bounceAllowed}
     * be true. An {@code enforce} policy whose id is unchanged is fetched once more, at most every ten minutes: its owner may
     * have forgotten the id. For half a minute the answer serves again. Waits as {@link #resolve} does.
     *
     * @param domain the policy domain
     * @return what is known now
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public PolicyResolution recheck(PolicyDomain domain) throws InterruptedException {
        return overridden(resolver.recheck(domain));
    }

    /**
     * Whether a message that no host could take may be bounced as far as MTA-STS is concerned: to be asked when the queue's
     * own time limit is reached (§5). Makes a {@link #recheck} if an enforce policy stood in the way, and waits for it as
     * {@link #resolve} does; else it answers at once.
     *
     * @param judgedBy what {@link #resolve} said for the walk of the MX hosts that was in vain
     * @return whether it may, or is to be tried again under another policy, or kept; with the evidence
     * @throws InterruptedException if the thread was interrupted while it waited
     */
    public BounceCheck mayBounce(PolicyResolution judgedBy) throws InterruptedException {
        PolicyResolution latest = judgedBy.mode() == Mode.ENFORCE ? recheck(judgedBy.domain()) : judgedBy;
        return BounceCheck.of(judgedBy, latest, clock.instant());
    }

    /**
     * Finds out about many domains before there is mail for them, such as those of yesterday's log after a first
     * installation. It goes the way of any message, only slower: a domain that is known costs nothing, for any other the
     * DNS and its Policy Host are asked. No more than a quarter of the discoveries that may be under way are its own.
     * Waits until all are done; to be called by a thread that has time.
     *
     * @param domains the policy domains; read as the work goes on
     * @param perSecond how many discoveries to begin in a second, at most
     * @return how many were found in which state
     * @throws InterruptedException if the thread was interrupted; what is under way goes on
     * @throws IllegalArgumentException if {@code perSecond} is not positive
     */
    public PrefetchSummary prefetch(Iterable<PolicyDomain> domains, int perSecond) throws InterruptedException {
        return resolver.prefetch(domains, perSecond);
    }

    /**
     * The live policy in memory, without asking anybody.
     *
     * @param domain the policy domain
     * @return the policy, or empty
     */
    public Optional<CachedPolicy> peek(PolicyDomain domain) {
        return resolver.peek(domain);
    }

    /**
     * Forgets all about a domain, its live policy included. For operators only: nothing else may make a sender forget.
     *
     * @param domain the policy domain
     */
    public void invalidate(PolicyDomain domain) {
        resolver.invalidate(domain);
    }

    /**
     * Whether policies are only judged at present and hold no mail back ({@link Builder#monitorOnly}). {@link #plan} and
     * {@link #decide} know by themselves; this is for who hands the policy on to a program that judges on its own, such as
     * Postfix. Does not wait.
     *
     * @return what the operator says now
     */
    public boolean isMonitorOnly() {
        return monitor.look();
    }

    /**
     * Whether and how to connect to an MX. Does not wait.
     *
     * @param policy what {@link #resolve} said for this attempt
     * @param mx the name in the MX record; for a domain without MX records, the domain itself
     * @return skip it, or connect
     */
    public MxPlan plan(PolicyResolution policy, DomainName mx) {
        return plan(policy, mx, DaneOutcome.NOT_APPLICABLE);
    }

    /**
     * The same for a sender that does DANE.
     *
     * @param policy what {@link #resolve} said for this attempt
     * @param mx the name in the MX record
     * @param dane what DANE is expected to say: {@link DaneOutcome#PASSED} for usable secure TLSA records whose check is
     *     still to come
     * @return skip it, or connect
     */
    public MxPlan plan(PolicyResolution policy, DomainName mx, DaneOutcome dane) {
        return plan(policy, mx, dane, TlsRequirement.NONE, Set.of());
    }

    /**
     * The same for a message that asks something of TLS (RFC 8689).
     *
     * @param policy what {@link #resolve} said for this attempt
     * @param mx the name in the MX record
     * @param dane what DANE is expected to say
     * @param requirement what the message asks for
     * @param facts for {@link TlsRequirement#REQUIRETLS}: whether the MX records are signed; else empty
     * @return skip it, or connect
     */
    public MxPlan plan(
            PolicyResolution policy, DomainName mx, DaneOutcome dane, TlsRequirement requirement, Set<MxFact> facts) {
        return plan(new MxAttempt(policy, mx, NOT_CONTACTED, dane, requirement, facts));
    }

    /**
     * The same for an attempt that says more than a decision needs: what a TLS report may tell of it ({@link SessionFacts}).
     *
     * @param attempt the attempt as it is before there is a connection: with {@link TlsOutcome.NotContacted}
     * @return skip it, or connect
     */
    public MxPlan plan(MxAttempt attempt) {
        MxPlan plan = monitor.judge().plan(attempt);
        if (plan instanceof MxPlan.Skip skip) {
            record(skip.decision());
        }
        return plan;
    }

    /**
     * Whether the mail may go to an MX: to be asked between STARTTLS and MAIL FROM. Does not wait.
     *
     * @param policy what {@link #resolve} said for this attempt
     * @param mx the name in the MX record
     * @param tls what came of STARTTLS
     * @return deliver, deliver and report, or defer
     */
    public DeliveryDecision decide(PolicyResolution policy, DomainName mx, TlsOutcome tls) {
        return decide(policy, mx, tls, DaneOutcome.NOT_APPLICABLE);
    }

    /**
     * The same for a sender that does DANE.
     *
     * @param policy what {@link #resolve} said for this attempt
     * @param mx the name in the MX record
     * @param tls what came of STARTTLS
     * @param dane what DANE says of the session
     * @return deliver, deliver and report, or defer
     */
    public DeliveryDecision decide(PolicyResolution policy, DomainName mx, TlsOutcome tls, DaneOutcome dane) {
        return decide(policy, mx, tls, dane, TlsRequirement.NONE, Set.of());
    }

    /**
     * The same for a message that asks something of TLS (RFC 8689).
     *
     * @param policy what {@link #resolve} said for this attempt
     * @param mx the name in the MX record
     * @param tls what came of STARTTLS
     * @param dane what DANE says of the session
     * @param requirement what the message asks for
     * @param facts for {@link TlsRequirement#REQUIRETLS}: what the host offers, and whether the MX records are signed; else
     *     empty
     * @return deliver, deliver and report, or defer
     */
    public DeliveryDecision decide(
            PolicyResolution policy,
            DomainName mx,
            TlsOutcome tls,
            DaneOutcome dane,
            TlsRequirement requirement,
            Set<MxFact> facts) {
        return decide(new MxAttempt(policy, mx, tls, dane, requirement, facts));
    }

    /**
     * The same for an attempt that says more than a decision needs: what a TLS report may tell of it ({@link SessionFacts}).
     *
     * @param attempt what happened
     * @return deliver, deliver and report, or defer
     */
    public DeliveryDecision decide(MxAttempt attempt) {
        DeliveryDecision decision = monitor.judge().decide(attempt);
        record(decision);
        return decision;
    }

    /**
     * Whether an open connection may carry another domain's mail too. Not keyed by policy, address or site: it is a decision on
     * the other domain, made with what this connection was proved to be. Not recorded, because a session counts once,
     * for whom it was opened (RFC 8460 §4.2). Does not wait.
     *
     * <p>That DANE authenticates the host for one domain is not lent to another, whose MX records may be unsigned; it counts
     * as {@link DaneOutcome#UNUSABLE} here.
     *
     * @param other what {@link #resolve} said of the other domain for this attempt
     * @param mx which of the other domain's MX hosts the mail is to go to; no other host's connection will do
     * @param open the decision that the connection was opened for, or the latest that let it carry mail
     * @return what {@link #decide} would say; if it is not to deliver, open a connection of its own, the host may have changed
     */
    public DeliveryDecision mayCarry(PolicyResolution other, DomainName mx, DeliveryDecision open) {
        DaneOutcome ofConnection = open.attempt().dane();
        return mayCarry(other, mx, open, ofConnection == DaneOutcome.PASSED ? DaneOutcome.UNUSABLE : ofConnection);
    }

    /**
     * The same for a sender that knows what DANE says for the other domain.
     *
     * @param other what {@link #resolve} said of the other domain for this attempt
     * @param mx which of the other domain's MX hosts the mail is to go to; no other host's connection will do
     * @param open the decision that the connection was opened for, or the latest that let it carry mail
     * @param dane what DANE says of the connection for the other domain: {@link DaneOutcome#PASSED} only if the peer was
     *     matched by a name that is good for both; if DANE failed when the connection was opened it fails here
     * @return what {@link #decide} would say; if it is not to deliver, open a connection of its own, the host may have changed
     */
    public DeliveryDecision mayCarry(PolicyResolution other, DomainName mx, DeliveryDecision open, DaneOutcome dane) {
        return mayCarry(other, mx, open, dane, TlsRequirement.NONE, Set.of());
    }

    /**
     * The same for a message that asks something of TLS (RFC 8689).
     *
     * @param other what {@link #resolve} said of its domain for this attempt
     * @param mx which of its MX hosts the mail is to go to
     * @param open the decision that the connection was opened for, or the latest that let it carry mail
     * @param dane what DANE says of the connection for its domain
     * @param requirement what the message asks for
     * @param facts for {@link TlsRequirement#REQUIRETLS}: what the host offers, and whether its domain's MX records are signed;
     *     else empty
     * @return what {@link #decide} would say; if it is not to deliver, open a connection of its own
     */
    public DeliveryDecision mayCarry(
            PolicyResolution other,
            DomainName mx,
            DeliveryDecision open,
            DaneOutcome dane,
            TlsRequirement requirement,
            Set<MxFact> facts) {
        MxAttempt wanted = new MxAttempt(other, mx, new TlsOutcome.NotContacted(), dane, requirement, facts);
        return monitor.judge().mayCarry(wanted, open);
    }

    private void record(DeliveryDecision decision) {
        if (recorder == TlsReportRecorder.NONE) {
            return;
        }
        try {
            recorder.sessionJudged(clock.instant(), decision, SessionResult.of(decision));
        } catch (RuntimeException e) {
            log.error("{} threw; ignored", recorder.getClass().getName(), e);
        }
    }

    /**
     * Ends all threads of this object and lets everybody go who waits in {@link #resolve}. Waits for policies that are just
     * being saved, for a second at most. Does not close what the builder was given.
     */
    @Override
    public void close() {
        if (refresher != null) {
            refresher.close();
        }
        resolver.close();
        if (ownPool != null) {
            ownPool.shutdownNow();
        }
    }

    /** The queue needs no bound of its own: discoveries are bounded where they begin. */
    private static ExecutorService newPool(int threads) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "mtasts4j-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Tells the recorder of failed discoveries. */
    private record DiscoveryRecording(TlsReportRecorder recorder) implements ResolverListener {

        @Override
        public void discoveryFailed(DomainName domain, StsFailure failure, Optional<CachedPolicy> kept) {
            recorder.discoveryFailed(new DiscoveryResult(domain, failure, kept));
        }
    }

    /** Builds an {@link MtaSts}. Not safe for many threads. */
    public static final class Builder {

        private final TxtLookup txt;
        private final PolicyFetcher fetcher;
        private @Nullable PolicyStore store;
        private @Nullable Executor executor;
        private ResolverListener listener = ResolverListener.NONE;
        private TlsReportRecorder recorder = TlsReportRecorder.NONE;
        private TimeSource time = TimeSource.system();
        private ResolverSettings settings = ResolverSettings.defaults();
        private DanePrecedence danePrecedence = DanePrecedence.BOTH_MUST_HOLD;
        private PolicyOverrides overrides = PolicyOverrides.NONE;
        private BooleanSupplier monitorOnly = () -> false;
        private boolean refreshes = true;

        private Builder(TxtLookup txt, PolicyFetcher fetcher) {
            this.txt = txt;
            this.fetcher = fetcher;
        }

        /**
         * Keeps policies beyond this process. Without a store a restart forgets every policy, and an attacker who can
         * wait for one has his first contact back (§10.2).
         *
         * @param value the store; not closed by this library
         * @return this
         */
        public Builder store(PolicyStore value) {
            this.store = value;
            return this;
        }

        /**
         * Is told what discovery does.
         *
         * @param value the listener
         * @return this
         */
        public Builder listener(ResolverListener value) {
            this.listener = value;
            return this;
        }

        /**
         * Receives what TLS reports are made of.
         *
         * @param value the recorder
         * @return this
         */
        public Builder recorder(TlsReportRecorder value) {
            this.recorder = value;
            return this;
        }

        /**
         * The time, by which policies expire; the system's unless set. Such a clock is taken at its word however it moves: for
         * simulations.
         *
         * @param value a clock
         * @return this
         */
        public Builder clock(InstantSource value) {
            return time(TimeSource.of(value));
        }

        /**
         * The time, by which policies expire; the system's unless set. For an hour after a step of its wall clock policies
         * live that are live with or without that step.
         *
         * @param value a wall clock and a count of nanoseconds
         * @return this
         */
        public Builder time(TimeSource value) {
            this.time = value;
            return this;
        }

        /**
         * Runs discoveries, which wait for the network. Unless set, a pool of daemon threads that {@link #close} ends. How
         * many run at a time is bounded by {@link ResolverSettings}, whatever the executor; virtual threads are welcome. One
         * with fewer threads than {@link ResolverSettings#maxFlights} should come with that bound lowered: refreshes take up
         * to half of it, and callers would queue behind them.
         *
         * @param value the executor; not closed by this library
         * @return this
         */
        public Builder executor(Executor value) {
            this.executor = value;
            return this;
        }

        /**
         * Bounds and times of discovery.
         *
         * @param value the settings
         * @return this
         */
        public Builder settings(ResolverSettings value) {
            this.settings = value;
            return this;
        }

        /**
         * What counts when DANE passes and an {@code enforce} policy is violated.
         *
         * @param value the precedence; {@link DanePrecedence#BOTH_MUST_HOLD} unless set
         * @return this
         */
        public Builder danePrecedence(DanePrecedence value) {
            this.danePrecedence = value;
            return this;
        }

        /**
         * The operator's exceptions for single domains. What these publish goes on being discovered, kept and refreshed;
         * {@link MtaSts#resolve}, {@link MtaSts#resolveAsync} and {@link MtaSts#recheck} answer what applies instead.
         *
         * @param value the overrides, such as {@link io.github.mtasts4j.discovery.FilePolicyOverrides}; none unless set
         * @return this
         */
        public Builder overrides(PolicyOverrides value) {
            this.overrides = value;
            return this;
        }

        /**
         * A switch for all domains: while it is on, policies are judged and reported, and hold no mail back. A failing DANE
         * check still does (§2). Asked by each {@link MtaSts#plan} and {@link MtaSts#decide}, so it must not wait; one that throws is
         * off.
         *
         * @param value whether to monitor only; off unless set
         * @return this
         */
        public Builder monitorOnly(BooleanSupplier value) {
            this.monitorOnly = value;
            return this;
        }

        /**
         * Fetches no policy again by itself while its TXT record is unchanged. For a short-lived process, a simulation, or
         * a sender whose policies somebody else keeps fresh in a shared store. A mail server should not do without: then
         * whoever can hold back the TXT record or the Policy Host until a policy expires has its domain unprotected, and
         * nobody is told before (§10.2).
         *
         * @return this
         */
        public Builder withoutRefresh() {
            this.refreshes = false;
            return this;
        }

        /**
         * Builds it. Asks nobody anything yet; unless {@link #withoutRefresh}, a daemon thread begins to look after the
         * policies once a minute.
         *
         * @return ready for use
         */
        public MtaSts build() {
            return new MtaSts(this);
        }
    }
}
