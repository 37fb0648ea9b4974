import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

/** Starts the server exactly as the client's config entry says, with the official SDK's client, and stops it again. */
export async function connect(entry, env, use) {
  const transport = new StdioClientTransport({ command: entry.command, args: entry.args, env: { ...env, ...entry.env }, stderr: 'pipe' });
  const client = new Client({ name: 'pinfold-try', version: '1.0.0' });
  const notices = [];
  client.fallbackNotificationHandler = async (notification) => {
    if (notification.method === 'notifications/message') notices.push(notification.params?.data);
  };
  await client.connect(transport);
  try {
    await use(client, notices);
  } finally {
    await client.close();
  }
}
