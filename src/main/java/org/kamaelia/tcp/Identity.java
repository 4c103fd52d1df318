package org.kamaelia.tcp;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A certificate that this server can show, and prove to be its own.
 *
 * @param chain the server's own certificate first
 * @param names lower case, {@code *.example.org} among them: the DNS names of the certificate, its common
 *     name where it has none
 */
record Identity(List<X509Certificate> chain, PrivateKey key, Set<String> names) {
    private static final int DNS_NAME = 2;

    static Identity of(List<X509Certificate> chain, PrivateKey key) {
        return new Identity(List.copyOf(chain), key, names(chain.get(0)));
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    /** Whether the certificate has this very name. */
    boolean isFor(String name) {
        return names.contains(name);
    }

    /** Whether a wildcard of the certificate stands for the name's first label. */
    boolean coversBeneath(String name) {
        int dot = name.indexOf('.');
        return dot > 0 && names.contains("*" + name.substring(dot));
    }

    /** Whether the key is the one that the certificate speaks of. */
    boolean fits() {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] sample = {1, 2, 3};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certificate().getPublicKey());
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException no) {
            return false;
        }
    }

    private static Set<String> names(X509Certificate certificate) {
        Set<String> names = new LinkedHashSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            for (List<?> each : alternatives == null ? List.<List<?>>of() : alternatives) {
                if (each.get(0).equals(DNS_NAME)) {
                    names.add(each.get(1).toString().toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException unreadable) {
            return Set.of();
        }
        return Set.copyOf(names.isEmpty() ? commonNames(certificate) : names);
    }

    private static List<String> commonNames(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            for (Rdn each : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (each.getType().equalsIgnoreCase("cn")) {
                    names.add(each.getValue().toString().toLowerCase(Locale.ROOT));
                }
            }
        } catch (InvalidNameException cannotHappen) {
            throw new IllegalStateException(cannotHappen);
        }
        return names;
    }
}
