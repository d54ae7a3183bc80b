using System.Net.Sockets;
using System.Text;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace DevServers;

/// <summary>Asks a server whether clients can use it now. A port that accepts is not yet a server that answers.</summary>
internal static class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The cluster's name when an AMQP connection can be opened, else null.</summary>
    public static async Task<string?> RabbitAsync(string connectionString, CancellationToken cancellationToken)
    {
        var uri = new Uri(connectionString);
        if (!await AcceptsAsync(uri.Host, uri.Port, cancellationToken))
        {
            return null;
        }

        var factory = new ConnectionFactory
        {
            Uri = uri,
            AutomaticRecoveryEnabled = false,
            RequestedConnectionTimeout = Patience,
            ContinuationTimeout = Patience,
        };

        // Its own deadline, because the client waits without end for the first word of a listener that is no broker.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            var connecting = factory.CreateConnectionAsync("dev servers' probe", deadline.Token);
            await using var connection = await connecting.WaitAsync(deadline.Token);
            return connection.ServerProperties?.TryGetValue("cluster_name", out var name) == true && name is byte[] bytes
                ? Encoding.UTF8.GetString(bytes)
                : "";
        }
        catch (Exception e) when (e is RabbitMQClientException or IOException or SocketException or TimeoutException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The data folder of the server that answers, else null.</summary>
    public static async Task<string?> PostgresAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!await AcceptsAsync(settings.Host!, settings.Port, cancellationToken))
        {
            return null;
        }

        settings.Pooling = false;
        settings.Timeout = Math.Min(settings.Timeout, (int)Patience.TotalSeconds);
        settings.CommandTimeout = (int)Patience.TotalSeconds;
        try
        {
            await using var connection = new NpgsqlConnection(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SHOW data_directory", connection);
            return (string?)await command.ExecuteScalarAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or SocketException or TimeoutException)
        {
            return null;
        }
    }

    // A refused connection costs next to nothing here and an exception with a long way in the client libraries.
    private static async Task<bool> AcceptsAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
