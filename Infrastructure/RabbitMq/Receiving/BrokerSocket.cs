using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// A socket that encrypts by itself, so that the client never sees more than a plain stream, which is ours: <see cref="BrokerStream"/>.
/// </summary>
internal sealed class BrokerSocket(Socket socket, DeliveryReader? reader, BrokerTls? tls) : TcpClientAdapter(socket)
{
    private const int ReadAheadBytes = 256 * 1024;

    private SslStream? _encrypted;

    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="reader">Takes deliveries; <see langword="null"/> on a connection without any.</param>
    /// <param name="tls">Whom to believe; <see langword="null"/> for a plain connection.</param>
    /// <param name="gathersWrites">Nagle's algorithm is on.</param>
    public static ITcpClient Create(AddressFamily family, DeliveryReader? reader, BrokerTls? tls, bool gathersWrites) =>
        new BrokerSocket(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = !gathersWrites }, reader, tls);

    public override async Task ConnectAsync(IPAddress ep, int port, CancellationToken cancellationToken = default)
    {
        await base.ConnectAsync(ep, port, cancellationToken);
        if (tls is not null)
        {
            _encrypted = await tls.EncryptAsync(new ReadAheadStream(Client, ReadAheadBytes), cancellationToken);
        }
    }

    public override NetworkStream GetStream() => new BrokerStream(Client, reader, _encrypted);

    public override void Close()
    {
        _encrypted?.Dispose();
        base.Close();
    }
}
