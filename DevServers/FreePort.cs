using System.Net;
using System.Net.Sockets;

namespace DevServers;

/// <summary>
/// Picks a loopback port that is free now and that no other stack of this process was given. Another process can still be quicker, so
/// whoever listens on it must be ready to ask again.
/// </summary>
internal static class FreePort
{
    // Below the range that systems take outgoing connections' ports from (32768 on Linux, 49152 elsewhere). A port from that range could be
    // taken while its server is down, even by the client that tries to reach the server again.
    private const int Lowest = 20_000;
    private const int Highest = 32_000;
    private const int Attempts = 1_000;

    private static readonly HashSet<int> Given = [];

    public static int Next()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(Lowest, Highest);
            lock (Given)
            {
                if (Given.Contains(port) || !IsFree(port))
                {
                    continue;
                }

                Given.Add(port);
                return port;
            }
        }

        throw new DevServersException($"No free port found on 127.0.0.1 between {Lowest} and {Highest} in {Attempts} attempts.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
