using System.Net;
using System.Net.Sockets;

namespace UnitTests.Support;

/// <summary>The two ends of a connection over the loopback interface.</summary>
internal sealed class SocketPair : IDisposable
{
    public SocketPair()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Client.Connect(listener.LocalEndpoint);
        Broker = listener.AcceptSocket();
        Broker.NoDelay = true;
    }

    public Socket Client { get; }

    public Socket Broker { get; }

    /// <summary>Sends everything; the client may have to read before this ends.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Broker.SendAsync(bytes)..];
        }
    }

    public async Task SendAndEndAsync(ReadOnlyMemory<byte> bytes)
    {
        await SendAsync(bytes);
        Broker.Shutdown(SocketShutdown.Send);
    }

    public void Dispose()
    {
        Broker.Dispose();
        Client.Dispose();
    }
}
