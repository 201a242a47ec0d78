// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli.check;

import io.github.mtasts4j.cli.finding.Finding;
import io.github.mtasts4j.cli.finding.FindingKind;
import io.github.mtasts4j.cli.finding.PolicyLint;
import io.github.mtasts4j.cli.finding.Severity;
import io.github.mtasts4j.discovery.AddressLookup;
import io.github.mtasts4j.discovery.FailureCode;
import io.github.mtasts4j.discovery.FetchRules;
import io.github.mtasts4j.discovery.PolicyFetcher;
import io.github.mtasts4j.discovery.StsFailure;
import java.util.ArrayList;
import java.util.List;

/** What is the matter with the policy host and with what it serves. */
final class PolicyHostFindings {

    private final DomainFacts facts;
    private final DomainFacts.PolicyHost host;
    private final List<Finding> found = new ArrayList<>();

    private PolicyHostFindings(DomainFacts facts) {
        this.facts = facts;
        this.host = facts.host();
    }

    static List<Finding> of(DomainFacts facts) {
        PolicyHostFindings findings = new PolicyHostFindings(facts);
        findings.addresses();
        findings.host.fetched().ifPresent(findings::fetched);
        findings.host
                .certificates()
                .flatMap(shown -> CertificateFindings.POLICY_HOST.soon(findings.host.name(), shown, facts.at()))
                .ifPresent(findings.found::add);
        return findings.found;
    }

    private void addresses() {
        boolean wanted = facts.record().isPresent();
        if (host.addresses() instanceof AddressLookup.Unavailable unavailable && wanted) {
            add(FindingKind.POLICY_HOST_NO_ANSWER, "no usable answer from the DNS: " + unavailable.detail());
        } else if (host.addresses() instanceof AddressLookup.None && wanted) {
            add(FindingKind.POLICY_HOST_MISSING, "the TXT record promises a policy, but this host has no address");
        } else if (host.isIpv6Only()) {
            add(FindingKind.POLICY_HOST_IPV6_ONLY, "the host has no IPv4 address");
        }
    }

    private void fetched(PolicyFetcher.Result result) {
        if (result instanceof PolicyFetcher.CertificateRejected rejected) {
            found.addAll(CertificateFindings.POLICY_HOST.of(
                    host.name(), rejected.problems(), host.certificates(), Severity.ERROR));
        } else if (result instanceof PolicyFetcher.Unreachable unreachable) {
            unreachable(unreachable);
        } else if (result instanceof PolicyFetcher.TimedOut timedOut) {
            add(
                    FindingKind.POLICY_HOST_TIMEOUT,
                    "no whole answer within " + timedOut.timeout().toSeconds() + " seconds");
        } else {
            host.verdict().ifPresent(this::judged);
        }
    }

    private void unreachable(PolicyFetcher.Unreachable unreachable) {
        String detail = unreachable.detail();
        switch (unreachable.reason()) {
            case "connection-refused" -> add(FindingKind.POLICY_HOST_REFUSED, "the host refuses connections");
            case "connect-timeout" -> add(FindingKind.POLICY_HOST_TIMEOUT, "the host does not answer in time");
            case "tls-timeout" ->
                add(FindingKind.POLICY_HOST_TIMEOUT, "the host takes connections, and does not answer in TLS");
            case "tls-version" ->
                add(FindingKind.POLICY_HOST_TLS, "the host knows no version of TLS that is still in use: " + detail);
            case "tls-cipher", "tls-handshake" ->
                add(FindingKind.POLICY_HOST_TLS, "the TLS handshake fails: " + detail);
            case "no-route" ->
                add(FindingKind.POLICY_HOST_UNREACHABLE, "there is no way to the host from here: " + detail);
            default -> add(FindingKind.POLICY_HOST_UNREACHABLE, "the connection breaks off: " + detail);
        }
    }

    private void judged(FetchRules.Verdict verdict) {
        if (verdict instanceof FetchRules.Failed failed
                && !isAboutPolicy(failed.failure().code())) {
            add(kindOf(failed.failure()), detailOf(failed.failure()));
        } else {
            host.response().ifPresent(response -> found.addAll(PolicyLint.of(host.name(), response.body())));
        }
    }

    private static boolean isAboutPolicy(FailureCode code) {
        return code == FailureCode.POLICY_SYNTAX
                || code == FailureCode.POLICY_FIELD
                || code == FailureCode.POLICY_LIMIT;
    }

    private static FindingKind kindOf(StsFailure failure) {
        return switch (failure.code()) {
            case ADDRESS_FORBIDDEN -> FindingKind.POLICY_HOST_PRIVATE;
            case HTTP_STATUS ->
                switch (failure.reason()) {
                    case "http-404", "http-410" -> FindingKind.POLICY_NOT_FOUND;
                    case "http-redirect" -> FindingKind.POLICY_REDIRECT;
                    default -> FindingKind.POLICY_HTTP_STATUS;
                };
            case HTTP_MEDIA_TYPE -> FindingKind.POLICY_MEDIA_TYPE;
            case HTTP_ENCODING -> FindingKind.POLICY_COMPRESSED;
            case HTTP_TOO_LARGE -> FindingKind.POLICY_TOO_LARGE;
            default -> FindingKind.POLICY_HTTP_BROKEN;
        };
    }

    private String detailOf(StsFailure failure) {
        return switch (failure.code()) {
            case HTTP_STATUS ->
                failure.detail().replace("the Policy Host", host.request().url());
            case HTTP_MEDIA_TYPE -> "the media type is " + failure.detail();
            default -> failure.detail();
        };
    }

    private void add(FindingKind kind, String detail) {
        Severity severity = facts.record().isPresent() || kind.severity() != Severity.ERROR
                ? kind.severity()
                : Severity.WARNING; // Nobody asks this host while there is no record.
        found.add(Finding.of(kind, host.name(), detail).as(severity));
    }
}
