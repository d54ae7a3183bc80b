using System.Net.Sockets;
using System.Text;

namespace IntegrationTests.Stack;

/// <summary>Where a service manager would listen: a real datagram socket, and every message that came in, in sequence.</summary>
internal sealed class ServiceManager : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly List<string> _messages = [];

    /// <param name="isAbstract">Whether the socket has a name only, and lies in no folder.</param>
    public ServiceManager(bool isAbstract = false)
    {
        Address = isAbstract ? $"@orders-notify-{Guid.NewGuid():N}" : _folder.File("notify");
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + Address[1..] : Address));
        _ = ListenAsync();
    }

    /// <summary>As it stands in <c>NOTIFY_SOCKET</c>.</summary>
    public string Address { get; }

    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>What a service is started with that is watched with this patience.</summary>
    public Dictionary<string, string> Environment(TimeSpan watchdog) => new()
    {
        ["NOTIFY_SOCKET"] = Address,
        ["WATCHDOG_USEC"] = $"{watchdog.TotalMicroseconds:F0}",
    };

    public Task HearsAsync(string what, Predicate<string> message, int times = 1) => Eventually.TrueAsync(what, () =>
    {
        var heard = Messages;
        return (heard.Count(each => message(each)) >= times, string.Join(" | ", heard).ReplaceLineEndings(", "));
    });

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Dispose();
    }

    private async Task ListenAsync()
    {
        var message = new byte[4096];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(message);
                lock (_messages)
                {
                    _messages.Add(Encoding.UTF8.GetString(message, 0, length));
                }
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
