using System.Net.Sockets;
using System.Text;

namespace Worker.Operations.Systemd;

/// <summary>The service manager's end of systemd's protocol <c>sd_notify</c>: each message is one datagram of lines <c>NAME=value</c>.</summary>
internal sealed class NotifySocket : IDisposable
{
    // Nobody may wait for the manager. What it has no room for is said again with the next message.
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly UnixDomainSocketEndPoint _manager;

    /// <param name="address">A path, or an <c>@</c> and the name of an abstract socket, which lies in no folder.</param>
    public NotifySocket(string address)
    {
        _manager = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
    }

    /// <exception cref="SocketException">Nobody is there, or there is no room.</exception>
    public void Send(params ReadOnlySpan<string> lines) => _socket.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', lines!)), _manager);

    public void Dispose() => _socket.Dispose();
}
