using System.Text;
using RabbitMQ.Client;

namespace Infrastructure.RabbitMq;

/// <summary>Which RabbitMQ is at the other end.</summary>
public static class BrokerVersion
{
    /// <summary>In the broker's own words, such as <c>4.3.6</c> or <c>4.3.0-rc.1</c>; empty when it does not say.</summary>
    public static string Of(IConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.ServerProperties?.TryGetValue("version", out var version) == true && version is byte[] text ? Encoding.UTF8.GetString(text) : "";
    }

    /// <summary>The numbers of it; <see langword="null"/> when there are none.</summary>
    public static Version? Parse(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        return Version.TryParse(version.Split('-', '+')[0], out var known) ? known : null;
    }
}
