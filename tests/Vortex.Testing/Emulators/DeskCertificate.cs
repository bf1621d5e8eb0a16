using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vortex.Testing;

/// <summary>A certificate for 127.0.0.1 that only the test trusts, as files for an emulator.</summary>
public sealed class DeskCertificate : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vortex-certificate").FullName;

    /// <summary>Makes one that is good for a day.</summary>
    public DeskCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(CertificatePath, made.ExportCertificatePem());
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
        Certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Gets the certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Gets the certificate as a PEM file.</summary>
    public string CertificatePath => Path.Combine(_folder, "cert.pem");

    /// <summary>Gets the key as a PEM file.</summary>
    public string KeyPath => Path.Combine(_folder, "key.pem");

    /// <summary>Makes a client that trusts this certificate and no other.</summary>
    public HttpClient Client() => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == Certificate.GetCertHashString(),
        },
    });

    /// <inheritdoc />
    public void Dispose()
    {
        Certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
