/**
 * Names of tools of widely used servers, lower case, as their authors list them. Only names with a separator: `search`
 * and `fetch` are words. A server that has a tool of this name itself is not speaking of anybody else's.
 */
export const wellKnownTools: ReadonlySet<string> = new Set(
  `
  read_file read_text_file read_media_file read_multiple_files write_file edit_file create_directory list_directory
  list_directory_with_sizes directory_tree move_file search_files get_file_info list_allowed_directories delete_file copy_file
  create_entities create_relations add_observations delete_entities delete_observations delete_relations read_graph
  search_nodes open_nodes brave_web_search brave_local_search web_search tavily_search tavily-search tavily_extract
  firecrawl_scrape firecrawl_search firecrawl_crawl web_search_exa get_weather get_forecast get_alerts
  create_or_update_file search_repositories create_repository get_file_contents push_files create_issue
  create_pull_request fork_repository create_branch list_commits list_issues update_issue add_issue_comment search_code
  search_issues search_users get_issue get_pull_request list_pull_requests merge_pull_request delete_repository
  slack_list_channels slack_post_message slack_reply_to_thread slack_add_reaction slack_get_channel_history
  slack_get_users send_email send_mail sendmail read_email search_emails draft_email delete_email send_message
  send_whatsapp_message list_messages list_chats create_event list_events update_event delete_event
  browser_navigate browser_click browser_type browser_snapshot browser_take_screenshot browser_evaluate
  puppeteer_navigate puppeteer_screenshot puppeteer_click puppeteer_evaluate playwright_navigate
  execute_sql execute_query run_query query_database list_tables describe_table apply_migration read_query write_query
  create_table append_insight execute_command run_command run_terminal_cmd run_shell_command start_process kill_process
  git_status git_commit git_diff git_add git_log git_push git_checkout resolve-library-id get-library-docs query-docs
  create_payment send_payment transfer_funds create_invoice create_customer list_customers create_refund place_order
  create_order list_transactions get_balance create_page update_page get_page create_comment add_comment
  get_current_time convert_time sequentialthinking create_task update_task list_tasks get_user update_user delete_user
  kubectl_get kubectl_apply kubectl_delete execute_code run_code python_repl
  `
    .trim()
    .split(/\s+/),
);
