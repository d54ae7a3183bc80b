using System.Net.Sockets;
using RabbitMQ.Client;

namespace Infrastructure.RabbitMq.Receiving;

/// <summary>
/// A socket that is read in large pieces. The client asks for 4 KiB at a time, a system call each; from this buffer most of its
/// reads are served without one, and without a wait for the thread pool.
/// </summary>
internal sealed class BufferedSocket(Socket socket, DeliveryTap? tap) : TcpClientAdapter(socket)
{
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="tap">Takes the deliveries out; none on a connection that is encrypted, because there are no frames to be seen.</param>
    /// <param name="gathersWrites">Nagle's algorithm is on.</param>
    public static ITcpClient Create(AddressFamily family, DeliveryTap? tap, bool gathersWrites) =>
        new BufferedSocket(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = !gathersWrites }, tap);

    public override NetworkStream GetStream() => new BufferedNetworkStream(Client, tap);
}
