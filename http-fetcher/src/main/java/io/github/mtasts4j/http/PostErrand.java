// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.http;

import io.github.mtasts4j.discovery.PolicyFetcher.Result;
import io.github.mtasts4j.policy.DomainName;
import java.time.Instant;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * To hand over a document. Of the answer only the status is wanted: no octet of its body is read.
 *
 * @param host to whom
 * @param path the path and the query
 * @param document what, and of which type
 * @param at the time by which the certificate is judged
 */
record PostErrand(DomainName host, String path, ByteArrayEntity document, Instant at) implements Errand {

    static PostErrand of(DomainName host, String path, String mediaType, byte[] body, Instant at) {
        return new PostErrand(host, path, new ByteArrayEntity(body, ContentType.create(mediaType)), at);
    }

    @Override
    public ClassicHttpRequest message() {
        ClassicHttpRequest post = new BasicClassicHttpRequest(Method.POST, target(), path);
        post.setEntity(document);
        return post;
    }

    @Override
    public ContentLengthStrategy bodyLength() {
        return answer -> ContentLengthStrategy.UNDEFINED;
    }

    @Override
    public Result read(ClassicHttpResponse response, HttpClientContext context, Wire wire) {
        wire.cut();
        return Errand.facts(response, new byte[0]);
    }
}
