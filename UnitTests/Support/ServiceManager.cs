using System.Net.Sockets;
using System.Text;

namespace UnitTests.Support;

/// <summary>The service manager's side: a real datagram socket, and what it is sent.</summary>
internal sealed class ServiceManager : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly DirectoryInfo? _folder;

    private ServiceManager(string address, DirectoryInfo? folder)
    {
        _folder = folder;
        Address = address;
        _socket.Bind(new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address));
    }

    /// <summary>As it stands in <c>NOTIFY_SOCKET</c>.</summary>
    public string Address { get; }

    public static ServiceManager AtPath()
    {
        var folder = Directory.CreateTempSubdirectory("orders-notify-");
        return new ServiceManager(Path.Combine(folder.FullName, "notify"), folder);
    }

    public static ServiceManager AtAbstractName() => new($"@orders-notify-{Guid.NewGuid():N}", folder: null);

    /// <summary>The next message, line by line.</summary>
    public async Task<string[]> ReceiveAsync()
    {
        var message = new byte[4096];
        var length = await _socket.ReceiveAsync(message).OrTooLate("nothing was sent");
        return Encoding.UTF8.GetString(message, 0, length).Split('\n');
    }

    public void Dispose()
    {
        _socket.Dispose();
        _folder?.Delete(recursive: true);
    }
}
