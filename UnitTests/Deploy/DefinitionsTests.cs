using System.Text.Json;
using System.Text.RegularExpressions;
using Contracts;
using Infrastructure.RabbitMq;
using UnitTests.Support;

namespace UnitTests.Deploy;

/// <summary>What deploy/rabbitmq gives the broker is what the worker would declare, and who may do what.</summary>
public sealed class DefinitionsTests
{
    private static readonly JsonElement Definitions = JsonDocument.Parse(DeployFiles.Text("deploy/rabbitmq/definitions.json")).RootElement;

    [Fact]
    public async Task They_hold_what_the_worker_declares_and_nothing_else()
    {
        var (channel, record) = RecordingChannel.Create();
        await RabbitMqTopology.DeclareAsync(channel, new TopologyNames("orders"));

        Assert.Equal(
            record.Declared.Order(StringComparer.Ordinal),
            All("exchanges").Select(Exchange).Concat(All("queues").Select(Queue)).Concat(All("bindings").Select(Binding)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nobody_is_allowed_more_than_his_own() => Assert.Equal(
        [
            "orders-operator configures - writes orders reads orders orders.dead",
            "orders-producer configures - writes orders reads -",
            "orders-scaler configures - writes - reads -",
            "orders-topology configures orders orders.dead writes orders orders.dead reads orders orders.dead",
            "orders-worker configures - writes - reads orders orders.dead",
        ],
        All("permissions").Select(right => $"{Text(right, "user")} configures {May(right, "configure")} writes {May(right, "write")} reads {May(right, "read")}").Order());

    [Fact]
    public void No_password_is_in_them() => Assert.All(All("users"), user => Assert.Matches("^<[a-z]+>$", Text(user, "password_hash")));

    [Fact]
    public void The_broker_lets_through_more_than_an_order_and_less_than_what_the_client_takes()
    {
        var size = int.Parse(Regex.Match(DeployFiles.Text("deploy/rabbitmq/rabbitmq.conf"), @"^max_message_size = (\d+)$", RegexOptions.Multiline).Groups[1].Value);

        Assert.InRange(size, OrderRules.MaxBodyBytes + 1, (128 * 1024 * 1024) - 1);
    }

    private static IEnumerable<JsonElement> All(string kind) => Definitions.GetProperty(kind).EnumerateArray();

    private static string Exchange(JsonElement it) =>
        $"ExchangeDeclareAsync exchange={Text(it, "name")} type={Text(it, "type")} durable={Flag(it, "durable")} autoDelete={Flag(it, "auto_delete")} passive=False noWait=False";

    private static string Queue(JsonElement it) =>
        $"QueueDeclareAsync queue={Text(it, "name")} durable={Flag(it, "durable")} exclusive=False autoDelete={Flag(it, "auto_delete")} "
        + $"arguments={{{string.Join(", ", it.GetProperty("arguments").EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}: {member.Value}"))}}} "
        + "passive=False noWait=False";

    private static string Binding(JsonElement it) =>
        $"QueueBindAsync queue={Text(it, "destination")} exchange={Text(it, "source")} routingKey={Text(it, "routing_key")} noWait=False";

    /// <summary>Which of all the names that there are, and of some that only look like them.</summary>
    private static string May(JsonElement right, string what)
    {
        string[] names = ["orders", "orders.dead", "orders2", "xorders", "ordersXdead", "amq.default", "mine"];
        var allowed = names.Where(name => Regex.IsMatch(name, Text(right, what))).ToList();
        return allowed.Count == 0 ? "-" : string.Join(' ', allowed);
    }

    private static string Text(JsonElement it, string member) => it.GetProperty(member).GetString()!;

    private static bool Flag(JsonElement it, string member) => it.GetProperty(member).GetBoolean();
}
