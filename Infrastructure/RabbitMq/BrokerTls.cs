using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Infrastructure.RabbitMq;

/// <summary>
/// An encrypted connection to the broker: who is believed to be it, and what it is shown. The client's own defaults would accept a certificate
/// that was issued to another host.
/// </summary>
internal sealed class BrokerTls
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly string _host;

    private BrokerTls(RabbitMqOptions options)
    {
        _host = new Uri(options.ConnectionString).Host;
        if (options.CaFile.Length > 0)
        {
            Read("RabbitMq:CaFile", () => _authorities.ImportFromPemFile(options.CaFile));

            // Without one the system's authorities would do, which is what the file is there against.
            if (_authorities.Count == 0)
            {
                throw new AuthenticationException("RabbitMq:CaFile holds no certificate in PEM.");
            }
        }

        if (options.CertificateFile.Length > 0)
        {
            Read("RabbitMq:CertificateFile or RabbitMq:KeyFile",
                () => Certificate = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile));
        }
    }

    /// <summary>What the broker is shown, instead of user and password; <see langword="null"/> when those are used.</summary>
    public X509Certificate2? Certificate { get; private set; }

    /// <summary>What is wrong with the broker's certificate; <see langword="null"/> when nothing is, or none was seen.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads the files. <see langword="null"/> for an address that is not encrypted.</summary>
    /// <exception cref="AuthenticationException">A file is not what it should be.</exception>
    public static BrokerTls? Of(RabbitMqOptions options) => options.IsEncrypted ? new BrokerTls(options) : null;

    /// <summary>Makes the handshake over a connection to the broker.</summary>
    /// <exception cref="AuthenticationException">One of the two does not believe the other.</exception>
    public async Task<SslStream> EncryptAsync(Stream plain, CancellationToken cancellationToken)
    {
        var encrypted = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = _host,
                    ClientCertificates = Certificate is null ? null : [Certificate],
                    LocalCertificateSelectionCallback = Certificate is null ? null : (_, _, _, _, _) => Certificate,
                    RemoteCertificateValidationCallback = Accepts,
                },
                cancellationToken);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Problem = ProblemOf(certificate as X509Certificate2, chain, errors);
        return Problem is null;
    }

    private string? ProblemOf(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null)
        {
            return $"{_host} shows no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"{_host} shows a certificate that was issued to another name ({certificate.Subject})";
        }

        return IsSigned(certificate, chain, errors)
            ? null
            : $"{_host} shows a certificate that is not accepted: {string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()))}"
                + (_authorities.Count > 0 ? " (RabbitMq:CaFile says who may sign it)" : " (trusted are the system's authorities; RabbitMq:CaFile names others)");
    }

    // The authorities of the file instead of the system's, not besides them.
    private bool IsSigned(X509Certificate2 certificate, X509Chain chain, SslPolicyErrors errors)
    {
        if (_authorities.Count == 0)
        {
            return errors == SslPolicyErrors.None;
        }

        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        return chain.Build(certificate);
    }

    private static void Read(string settings, Action read)
    {
        try
        {
            read();
        }
        catch (Exception unfit) when (unfit is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new AuthenticationException($"{settings} cannot be used: {unfit.Message}", unfit);
        }
    }
}
