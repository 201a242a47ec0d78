// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Where an authority revokes certificates and says so, in revocation lists and OCSP responses. */
public final class RevocationDesk {

    private final TestCa ca;
    private final Instant from;
    private final Instant to;
    private final Set<BigInteger> revoked = ConcurrentHashMap.newKeySet();

    /**
     * Opens the desk of an authority.
     *
     * @param ca the authority
     * @param from since when what it says is true (thisUpdate)
     * @param to until when (nextUpdate)
     */
    public RevocationDesk(TestCa ca, Instant from, Instant to) {
        this.ca = ca;
        this.from = from;
        this.to = to;
    }

    /**
     * Revokes a certificate.
     *
     * @param certificate one that the authority has issued
     * @return this
     */
    public RevocationDesk revoke(X509Certificate certificate) {
        revoked.add(certificate.getSerialNumber());
        return this;
    }

    /**
     * A list of all that is revoked (RFC 5280 §5).
     *
     * @return a new list, signed by the authority
     */
    public X509CRL list() {
        try {
            return sign(newList());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A list that says of itself that it is for certificates of authorities only, and so nothing of any host's.
     *
     * @return a new list, signed by the authority
     */
    public X509CRL partialList() {
        try {
            JcaX509v2CRLBuilder list = newList();
            list.addExtension(
                    Extension.issuingDistributionPoint,
                    true,
                    new IssuingDistributionPoint(null, false, true, null, false, false));
            return sign(list);
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private JcaX509v2CRLBuilder newList() {
        JcaX509v2CRLBuilder list = new JcaX509v2CRLBuilder(ca.certificate().getSubjectX500Principal(), Date.from(from));
        list.setNextUpdate(Date.from(to));
        revoked.forEach(serial -> list.addCRLEntry(serial, Date.from(from), CRLReason.keyCompromise));
        return list;
    }

    private X509CRL sign(JcaX509v2CRLBuilder list) throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CRLConverter().getCRL(list.build(signer()));
    }

    /**
     * What an OCSP responder says of a certificate (RFC 6960), signed by the authority itself.
     *
     * @param certificate any certificate
     * @return the response as DER
     */
    public byte[] response(X509Certificate certificate) {
        try {
            var digests = new JcaDigestCalculatorProviderBuilder().build();
            CertificateID id = new CertificateID(
                    digests.get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(ca.certificate()),
                    certificate.getSerialNumber());
            CertificateStatus status = revoked.contains(certificate.getSerialNumber())
                    ? new RevokedStatus(Date.from(from), CRLReason.keyCompromise)
                    : CertificateStatus.GOOD;
            OCSPResp response = new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            new BasicOCSPRespBuilder(
                                            new RespID(new JcaX509CertificateHolder(ca.certificate()).getSubject()))
                                    .addResponse(id, status, Date.from(from), Date.from(to))
                                    .build(signer(), null, Date.from(from)));
            return response.getEncoded();
        } catch (IOException | OCSPException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private ContentSigner signer() throws OperatorCreationException {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(ca.key());
    }
}
