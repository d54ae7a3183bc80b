using System.Security.Authentication;
using Infrastructure.RabbitMq.Receiving;
using RabbitMQ.Client;

namespace Infrastructure.RabbitMq;

/// <summary>
/// Opens connections to the broker. The client's own recovery is off: it would re-attach a consumer whose batch is half written and
/// acknowledge with tags of another channel. Whoever opens a connection here also notices its end and opens the next.
/// </summary>
/// <param name="current">The options as they are now. Asked for at each connection, so that passwords and certificates change without a restart.</param>
public sealed class RabbitMqConnector(Func<RabbitMqOptions> current)
{
    private readonly RabbitMqOptions _atStart = current();

    /// <summary>The names of this pipeline in the broker.</summary>
    public TopologyNames Names => _atStart.Names;

    /// <summary>The broker's host and port.</summary>
    public AmqpTcpEndpoint Endpoint => new(new Uri(_atStart.ConnectionString));

    /// <summary>Host, port and virtual host, for people; no user and no password.</summary>
    public string Address
    {
        get
        {
            var factory = new ConnectionFactory { Uri = new Uri(_atStart.ConnectionString) };
            return $"{factory.HostName}:{factory.Endpoint.Port} {factory.VirtualHost}";
        }
    }

    /// <summary>Opens one connection.</summary>
    /// <param name="clientName">How the connection is listed in the broker.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <param name="reader">Takes deliveries out before the client sees them.</param>
    /// <param name="gathersWrites">
    /// Small writes wait for one another as long as the broker has not received the last ones (Nagle's algorithm). For many messages on their
    /// way at once: the client makes a write of each, and a packet of each costs both sides more than the message. Alone, a message may
    /// wait for the broker's delayed acknowledgement, 40 ms at most.
    /// </param>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">No broker there, or it refused the login.</exception>
    /// <exception cref="TimeoutException">Something is there, but it did not get as far as a connection in time.</exception>
    /// <exception cref="AuthenticationException">It is not who it should be, or a file of a certificate is not usable.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not usable any more.</exception>
    public async Task<IConnection> OpenAsync(
        string clientName, CancellationToken cancellationToken = default, DeliveryReader? reader = null, bool gathersWrites = false)
    {
        var options = current();
        var factory = new ConnectionFactory
        {
            ClientProvidedName = clientName,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(options.HeartbeatSeconds),
        };
        var tls = Renew(factory, options, reader, gathersWrites);

        // The client's own time limit ends with the TCP handshake; for a broker that accepts and says nothing it would wait for ever.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(options.ConnectSeconds));
        var opening = factory.CreateConnectionAsync(patience.Token);
        try
        {
            return await opening.WaitAsync(patience.Token);
        }
        catch (Exception refused) when (tls?.Problem is { } problem)
        {
            throw new AuthenticationException(problem, refused);
        }
        catch (OperationCanceledException)
        {
            // Told to stop, the client still takes some seconds over it.
            _ = ConnectionClosing.CloseWhenOpenAsync(opening);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException(
                $"{factory.HostName}:{factory.Port} did not complete a connection within {options.ConnectSeconds} s (RabbitMq:ConnectSeconds).");
        }
    }

    /// <summary>Gives another library's factory the address, login and certificates as they are now, and sockets of ours.</summary>
    /// <exception cref="AuthenticationException">A file of a certificate is not usable.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not usable any more.</exception>
    internal void Renew(ConnectionFactory factory) => Renew(factory, current(), reader: null, gathersWrites: false);

    private static BrokerTls? Renew(ConnectionFactory factory, RabbitMqOptions options, DeliveryReader? reader, bool gathersWrites)
    {
        factory.Uri = new Uri(options.ConnectionString);

        // After the address, with which the client goes back to its own.
        factory.MaxInboundMessageBodySize = MessageSizes.Client;
        factory.RequestedFrameMax = BrokerStream.MaxFrame;

        // Our socket encrypts. With the client's encryption on top of it the frames could not be read before the client reads them.
        factory.Ssl = new SslOption();
        var tls = BrokerTls.Of(options);
        if (tls?.Certificate is not null)
        {
            factory.AuthMechanisms = [new ExternalMechanismFactory()];
        }

        factory.SocketFactory = family => BrokerSocket.Create(family, reader, tls, gathersWrites);
        return tls;
    }
}
