// SPDX-License-Identifier: Apache-2.0

/** Fetches MTA-STS policies and posts TLS reports with Apache HttpClient 5, closed down for the job. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.http {
    requires static transitive org.jspecify;
    requires transitive io.github.mtasts4j;
    requires org.apache.httpcomponents.client5.httpclient5;
    requires org.apache.httpcomponents.core5.httpcore5;
    requires org.slf4j;

    exports io.github.mtasts4j.http;
}
