// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.tlsreport;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.mtasts4j.report.PolicyType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/** The JSON of a report (RFC 8460 §4.4). What is not known is absent, never {@code null} or empty. */
final class TlsReportWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    private TlsReportWriter(JsonGenerator json) {
        this.json = json;
    }

    static void write(TlsReport report, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out, JsonEncoding.UTF8)) {
            new TlsReportWriter(json).report(report);
        }
    }

    private void report(TlsReport report) throws IOException {
        json.writeStartObject();
        json.writeStringField("organization-name", report.organizationName());
        json.writeObjectFieldStart("date-range");
        json.writeStringField("start-datetime", report.range().start().toString());
        json.writeStringField("end-datetime", report.range().end().toString());
        json.writeEndObject();
        json.writeStringField("contact-info", report.contactInfo().toString());
        json.writeStringField("report-id", report.reportId());
        json.writeArrayFieldStart("policies");
        for (PolicyReport policy : report.policies()) {
            json.writeStartObject();
            policy(policy.policy());
            sessions(policy.sessions());
            failures(policy.failures());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void policy(AppliedPolicy policy) throws IOException {
        json.writeObjectFieldStart("policy");
        json.writeStringField("policy-type", policy.type().keyword());
        if (policy.type() != PolicyType.NO_POLICY_FOUND
                || !policy.policyString().isEmpty()) {
            lines("policy-string", policy.policyString());
        }
        json.writeStringField("policy-domain", policy.domain().toString());
        if (policy.type() == PolicyType.STS || !policy.mxHost().isEmpty()) {
            lines("mx-host", policy.mxHost());
        }
        json.writeEndObject();
    }

    /** An array, though the example of RFC 8460 has a string for {@code mx-host} (erratum 6241, decision D30). */
    private void lines(String name, List<String> lines) throws IOException {
        json.writeArrayFieldStart(name);
        for (String line : lines) {
            json.writeString(line);
        }
        json.writeEndArray();
    }

    private void sessions(SessionCounts sessions) throws IOException {
        json.writeObjectFieldStart("summary");
        json.writeNumberField("total-successful-session-count", sessions.successful());
        json.writeNumberField("total-failure-session-count", sessions.failed());
        json.writeEndObject();
    }

    private void failures(List<FailureCount> failures) throws IOException {
        json.writeArrayFieldStart("failure-details");
        for (FailureCount failure : failures) {
            failure(failure.key(), failure.sessions());
        }
        json.writeEndArray();
    }

    private void failure(FailureKey key, long sessions) throws IOException {
        json.writeStartObject();
        json.writeStringField("result-type", key.resultType());
        optional("sending-mta-ip", key.sendingMtaIp());
        optional("receiving-mx-hostname", key.receivingMxHostname());
        optional("receiving-mx-helo", key.receivingMxHelo());
        optional("receiving-ip", key.receivingIp());
        json.writeNumberField("failed-session-count", sessions);
        optional("additional-information", key.additionalInformation());
        optional("failure-reason-code", key.failureReasonCode());
        json.writeEndObject();
    }

    private void optional(String name, Optional<?> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get().toString());
        }
    }
}
